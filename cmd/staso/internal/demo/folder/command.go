package folder

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// CommandArgs are what a model takes for a line of a shell.
type CommandArgs struct {
	Command string `json:"command"`
}

// CommandResult is what came of a command.
type CommandResult struct {
	Output string `json:"output"`
	// Note says how it was done.
	Note string `json:"note"`
}

// The commands that [Folder.Run] understands; in the place of the dots stands a
// message.
const (
	CountCommand  = "find . -type f | wc -l"
	CommitCommand = `git commit -m "..."`
)

var errNoShell = errors.New("it did not run: there is no shell here, only " + CountCommand + " to count the files, and " +
	CommitCommand + " to repeat a message")

// Run does what a command says, if it is one of the two that it understands. There
// is no shell behind it and no program is started, so that nothing can run that
// should not, even if nobody judged it before: files are counted in this process, and
// a commit is not made but repeated.
func (f *Folder) Run(ctx context.Context, args CommandArgs) (CommandResult, error) {
	command := strings.TrimSpace(args.Command)
	if command == CountCommand {
		return f.count(ctx)
	}
	f.linger(ctx)
	if message, ok := commitMessage(command); ok {
		return CommandResult{Output: message, Note: "repeated, not committed: nothing is written here"}, nil
	}
	return CommandResult{}, errNoShell
}

func (f *Folder) count(ctx context.Context) (CommandResult, error) {
	listed, err := f.List(ctx, ListArgs{Recursive: true, Limit: 1})
	if err != nil {
		return CommandResult{}, err
	}
	return CommandResult{
		Output: strconv.Itoa(len(listed.Entries) + listed.More),
		Note:   "counted without hidden files, keys and installed packages",
	}, nil
}

// commitMessage is the message of a commit that does nothing else.
func commitMessage(command string) (message string, ok bool) {
	begin, end, _ := strings.Cut(CommitCommand, "...")
	rest, begins := strings.CutPrefix(command, begin)
	message, ends := strings.CutSuffix(rest, end)
	return message, begins && ends && !strings.ContainsAny(message, "\"`$\\\n")
}
