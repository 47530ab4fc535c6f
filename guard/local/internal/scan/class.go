package scan

// Class is what a byte is, as a set.
type Class uint8

// The classes of bytes.
const (
	Digit  Class = 1 << iota // 0-9
	Letter                   // A-Z, a-z
	Hex                      // 0-9, A-F, a-f
	Space                    // blank, tab, line breaks
	Wide                     // part of a character outside ASCII
	Alnum  = Digit | Letter
)

// Of returns what b is.
func Of(b byte) Class { return classes[b] }

// Is says that b is of one of the classes.
func (c Class) Is(b byte) bool { return classes[b]&c != 0 }

// classes is a table, never written.
var classes = makeClasses() //nolint:gochecknoglobals // a table, never written

func makeClasses() (table [256]Class) {
	for b := range table {
		switch {
		case b >= '0' && b <= '9':
			table[b] = Digit | Hex
		case b >= 'A' && b <= 'F', b >= 'a' && b <= 'f':
			table[b] = Letter | Hex
		case b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z':
			table[b] = Letter
		case b == ' ', b >= '\t' && b <= '\r':
			table[b] = Space
		case b >= 0x80:
			table[b] = Wide
		}
	}
	return table
}

// Lower returns the small letter of A to Z, and any other byte as it is.
func Lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// Upper returns the capital letter of a to z, and any other byte as it is.
func Upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}

// HasPrefixFold says that text begins with prefix, which is in lower case; the
// letters A to Z match in either case.
func HasPrefixFold(text, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if text[i] != prefix[i] && Lower(text[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// Run returns the end of the run of bytes of the classes that begins at from.
func (c Class) Run(text string, from int) int {
	for from < len(text) && classes[text[from]]&c != 0 {
		from++
	}
	return from
}

// RunBack returns the start of the run of bytes of the classes that ends before
// end, looking at no more than most bytes.
func (c Class) RunBack(text string, end, most int) int {
	for stop := max(0, end-most); end > stop && classes[text[end-1]]&c != 0; {
		end--
	}
	return end
}
