package path

import "strings"

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
	switch {
	case hasWord(tool, "delete", "remove", "unlink", "rmdir", "rm", "trash", "purge", "wipe"):
		return deletes
	case hasWord(tool, "write", "edit", "create", "append", "save", "patch", "replace", "insert", "modify", "update",
		"mkdir", "touch", "move", "rename", "mv", "upload", "put", "chmod", "chown", "symlink", "truncate", "overwrite"):
		return writes
	default:
		return reads
	}
}

// of says what the argument called key is for: where a tool copies, only one of
// its paths is written to.
func (i intent) of(key string) intent {
	if hasWord(key, "destination", "dest", "dst", "target", "output", "out", "to") && i != deletes {
		return writes
	}
	return i
}

// hasWord says that one of the words of a name is one of those: the parts of
// "fs.writeFile" and "write_file" are the same.
func hasWord(name string, words ...string) bool {
	for start := 0; start < len(name); {
		end := wordEnd(name, start)
		for _, word := range words {
			if strings.EqualFold(name[start:end], word) {
				return true
			}
		}
		start = max(end, start+1)
	}
	return false
}

// wordEnd is where the word that begins at start ends: before what is no letter,
// or before a capital that follows a small letter.
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
