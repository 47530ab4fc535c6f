package command

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Write reports what is wrong with writing into the file that word names, from the
// folder dir where it is known, as a redirection does. It is safe for concurrent
// use.
func Write(b *detect.Budget, dir string, word *Word, report func(detect.Finding)) {
	if !b.Spend(perWord) {
		return
	}
	j := judge{Invocation: Invocation{Name: ">", Dir: dir, Start: word.Start, End: word.End}, report: report}
	j.write(word)
}

// Read reports what is wrong with reading the file that word names, as a
// redirection or a builtin does. It is safe for concurrent use.
func Read(b *detect.Budget, dir string, word *Word, report func(detect.Finding)) {
	if !b.Spend(perWord) {
		return
	}
	j := judge{Invocation: Invocation{Name: "<", Dir: dir, Start: word.Start, End: word.End}, report: report}
	j.reads(word)
}

// Remove reports what is wrong with deleting the file or folder that word names, as
// a program does that needs no rm for it. It is safe for concurrent use.
func Remove(b *detect.Budget, dir string, word *Word, recursive bool, report func(detect.Finding)) {
	if !b.Spend(perWord) {
		return
	}
	j := judge{Invocation: Invocation{Name: "delete", Dir: dir, Start: word.Start, End: word.End}, report: report}
	j.removal(word, recursive, recursive)
}

// Deletes says that a function's name is an order to delete something that a service
// keeps, and that cannot be made again: "deleteIndex", "drop_database".
func Deletes(function string) bool {
	first, object := cutPart(function)
	switch strings.ToLower(first) {
	case "delete", "drop", "purge", "destroy", "terminate", "wipe":
		return heaviestOf(object) == heavy
	case "clear":
		return strings.EqualFold(strings.Trim(object, "_"), "objects") || heaviestOf(object) == heavy
	}
	return false
}

// heaviestOf is weigh for names in any writing: "payment_method", "ApiKey".
func heaviestOf(name string) weight {
	heaviest := unknownObject
	for name != "" {
		part, rest := cutPart(name)
		heaviest, name = max(heaviest, object(strings.ToLower(part))), rest
	}
	return heaviest
}

// Show reports what is wrong with showing all of the file that word names, besides
// what [Read] reports: some say how a machine is set up. It is safe for concurrent
// use.
func Show(b *detect.Budget, dir string, word *Word, report func(detect.Finding)) {
	if !b.Spend(perWord) {
		return
	}
	j := judge{Invocation: Invocation{Name: "<", Dir: dir, Start: word.Start, End: word.End}, report: report}
	j.setup(word)
}
