package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

// commands is the tool that a model believes to be a shell. It is none: two commands
// are understood, and done in this process. So nothing could run that should not,
// even if nobody judged.
type commands struct{ files *folder.Folder }

type command struct {
	Command string `json:"command"`
}

type commandResult struct {
	Output string `json:"output"`
	// Note says how it was done.
	Note string `json:"note"`
}

const (
	countCommand = "find . -type f | wc -l"
	commitBegin  = `git commit -m "`
)

var errNotUnderstood = errors.New("it did not run: this demo has no shell. It counts files, " + countCommand +
	", and repeats what would be committed, " + commitBegin + `..."`)

func (c commands) run(ctx context.Context, in command) (commandResult, error) {
	text := strings.TrimSpace(in.Command)
	if text == countCommand {
		return c.count(ctx)
	}
	if message, ok := commitMessage(text); ok {
		return commandResult{Output: message, Note: "repeated, not committed: the demo writes nothing"}, nil
	}
	return commandResult{}, errNotUnderstood
}

func (c commands) count(ctx context.Context) (commandResult, error) {
	listed, err := c.files.List(ctx, folder.ListArgs{Recursive: true, Limit: 1})
	if err != nil {
		return commandResult{}, err
	}
	return commandResult{
		Output: fmt.Sprint(len(listed.Entries) + listed.More),
		Note:   "counted by the demo itself, without hidden files, keys and installed packages",
	}, nil
}

// commitMessage is what a plain commit has for its message.
func commitMessage(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, commitBegin)
	message, ended := strings.CutSuffix(rest, `"`)
	return message, ok && ended && !strings.ContainsAny(message, "\"`$\\\n")
}

// commandTool is the tool, behind the guard.
func commandTool(tracer *staso.Tracer, g *guards, files *folder.Folder) agent.Tool {
	return agent.NewGuardedTool(tracer, g.alone(), "run_command",
		"Run a command in the folder. There is no shell behind it: it understands `"+countCommand+"`, which counts the files, "+
			"and `"+commitBegin+`...`+"\"`, which repeats the message and commits nothing.",
		`{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}`, commands{files}.run)
}

type release struct {
	Version string `json:"version"`
}

type released struct {
	Version string `json:"version"`
	Note    string `json:"note"`
}

// publishTool waits for a person, and then only says what it would do.
func publishTool(tracer *staso.Tracer, g *guards) agent.Tool {
	return agent.NewGuardedTool(tracer, g.withPerson(), "publish_release", "Publish a release. A person is asked first.",
		`{"type":"object","properties":{"version":{"type":"string"}},"required":["version"]}`,
		func(_ context.Context, r release) (released, error) {
			return released{r.Version, "it would be published now: a demo only writes it down"}, nil
		})
}
