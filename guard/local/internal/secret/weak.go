package secret

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// weak says that a password is one of those that stand for any, whatever digits
// follow it or stand in for its letters.
func weak(value string) bool {
	var room [32]byte
	letters := room[:0]
	value = strings.TrimRight(value, "0123456789!?#$@.*-_")
	for i := 0; i < len(value) && len(letters) < len(room); i++ {
		if b := unleet(scan.Lower(value[i])); scan.Letter.Is(b) {
			letters = append(letters, b)
		}
	}
	switch string(letters) {
	case "password", "passwd", "passwort", "pass", "secret", "admin", "root", "user", "test", "testing", "postgres", "mysql", "guest",
		"qwerty", "letmein", "welcome", "default", "string", "hunter", "foo", "foobar", "bar", "abc", "changethis", "mypassword",
		"mypass", "testpassword", "testpass", "userpass", "username", "newpassword", "oldpassword", "yourpassword", "somepassword",
		"pw", "pwd", "secretpassword", "supersecret", "topsecret", "strongpassword", "securepassword", "adminpassword", "rootpassword",
		"dbpassword", "userpassword", "s", "p", "":
		return true
	}
	return false
}

// unleet returns the letter that a digit or sign stands in for.
func unleet(b byte) byte {
	switch b {
	case '0':
		return 'o'
	case '1', '!':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	default:
		return b
	}
}
