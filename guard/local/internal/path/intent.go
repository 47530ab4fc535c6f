package path

// intent is what a tool does with a path.
type intent uint8

const (
	unknownIntent intent = iota
	reads
	writes
	deletes
)

// intentOf tells from a tool's name. What is not known to write is taken to read.
func intentOf(tool string) intent {
	found := reads
	for start := 0; start < len(tool); {
		end := wordEnd(tool, start)
		found = max(found, verbIntent(tool[start:end]))
		start = max(end, start+1)
	}
	return found
}

// of says what the argument called key is for: where a tool copies, only one of
// its paths is written to.
func (i intent) of(key string) intent {
	if i == deletes {
		return i
	}
	for start := 0; start < len(key); {
		end := wordEnd(key, start)
		if receives(key[start:end]) {
			return writes
		}
		start = max(end, start+1)
	}
	return i
}

// verbIntent is what a tool does that has a word in its name.
func verbIntent(word string) intent {
	var room [longestVerb]byte
	switch string(lowered(room[:0], word)) {
	case "delete", "remove", "unlink", "rmdir", "rm", "trash", "purge", "wipe":
		return deletes
	case "write", "edit", "create", "append", "save", "patch", "replace", "insert", "modify", "update", "mkdir", "touch", "move", "rename", "mv",
		"upload", "put", "chmod", "chown", "symlink", "truncate", "overwrite":
		return writes
	}
	return reads
}

// receives says that an argument with that word in its name is written to.
func receives(word string) bool {
	var room [longestVerb]byte
	switch string(lowered(room[:0], word)) {
	case "destination", "dest", "dst", "target", "output", "out", "to":
		return true
	}
	return false
}

// longestVerb is no shorter than any of the words.
const longestVerb = 12

func lowered(room []byte, word string) []byte {
	if len(word) > longestVerb {
		return nil
	}
	for i := range len(word) {
		room = append(room, word[i]|0x20)
	}
	return room
}

// wordEnd is where the word that begins at start ends: before what is no letter,
// or before a capital that follows a small letter. The parts of "fs.writeFile" and
// "write_file" are the same.
func wordEnd(name string, start int) int {
	for i := start; i < len(name); i++ {
		if !letter(name[i]) || i > start && upper(name[i]) && !upper(name[i-1]) {
			return i
		}
	}
	return len(name)
}

func letter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
func upper(b byte) bool  { return 'A' <= b && b <= 'Z' }
