package demo

import (
	"context"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

// cast is the agents, wired once and used for all runs.
type cast struct {
	tracer      *staso.Tracer
	guide       *agent.Agent
	historian   *agent.Agent
	lead        *agent.Agent
	docs        *documents
	housekeeper *agent.Agent
	publisher   *agent.Agent
}

const (
	maxTurns = 6
	fewTurns = 4
)

func newCast(tracer *staso.Tracer, files *folder.Folder, g *guards, model chat.Config) *cast {
	client := chat.NewClient(tracer, model)
	tools := fileTools(tracer, files)
	c := &cast{tracer: tracer}
	c.guide = agent.New(tracer, client, agent.Config{
		Name: "repo-guide", Turns: maxTurns, Tools: tools,
		Instructions: "You show people around a folder of files. Look before you answer, with the tools. " +
			"Be brief, and name the files that you rely on in backquotes.",
	})
	c.historian = agent.New(tracer, client, agent.Config{
		Name: "historian", Turns: fewTurns, Tools: tools,
		Instructions: "You know how a project came about and what is unfinished. Look before you answer, with the tools. " +
			"Be brief, and name the files that you rely on in backquotes.",
	})
	c.lead = agent.New(tracer, client, agent.Config{
		Name: "team-lead", Turns: fewTurns,
		Tools:        []agent.Tool{delegate(tracer, "ask_repo_guide", c.guide), delegate(tracer, "ask_historian", c.historian)},
		Instructions: "You write notes for your team. Ask the others for what they know, at the same time, and put it together.",
	})
	c.docs = newDocuments(tracer, client, files)
	c.housekeeper = agent.New(tracer, client, agent.Config{
		Name: "housekeeper", Turns: maxTurns, Tools: []agent.Tool{commandTool(tracer, g, files)},
		Instructions: "You keep a folder in order. Where you are not allowed to do something, say so and leave it.",
	})
	c.publisher = agent.New(tracer, client, agent.Config{
		Name: "publisher", Turns: fewTurns, Tools: []agent.Tool{publishTool(tracer, g)},
		Instructions: "You publish releases. Say in a sentence what came of it.",
	})
	return c
}

// fileTools are the folder's tools as a model knows them.
func fileTools(tracer *staso.Tracer, files *folder.Folder) []agent.Tool {
	return []agent.Tool{
		agent.NewTool(tracer, "list_files", "List the files of a folder, one level or all below it.", `{"type":"object","properties":{`+
			`"path":{"type":"string","description":"relative; the whole folder where left out"},"recursive":{"type":"boolean"},`+
			`"sort":{"type":"string","enum":["name","size","newest"]},"limit":{"type":"integer"}}}`, files.List),
		agent.NewTool(tracer, "read_file", "Read the beginning of a text file.", `{"type":"object","properties":{`+
			`"path":{"type":"string","description":"relative to the folder"}},"required":["path"]}`, files.Read),
		agent.NewTool(tracer, "search_text", "Find the lines that hold a text, whatever its case.", `{"type":"object","properties":{`+
			`"query":{"type":"string"}},"required":["query"]}`, files.Search),
		agent.NewTool(tracer, "git_log", "The newest commits.", `{"type":"object","properties":{`+
			`"limit":{"type":"integer"}}}`, files.Log),
	}
}

// commandTool is what a model believes to be a shell, behind the guard.
func commandTool(tracer *staso.Tracer, g *guards, files *folder.Folder) agent.Tool {
	return agent.NewGuardedTool(tracer, g.alone(), "run_command",
		"Run a command in the folder. There is no shell behind it: it understands "+folder.CountCommand+", which counts the files, "+
			"and "+folder.CommitCommand+", which repeats the message and commits nothing.",
		`{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}`, files.Run)
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
			return released{r.Version, "it would be published now, but this is a demo"}, nil
		})
}

// delegated is what one agent asks another.
type delegated struct {
	Question string `json:"question"`
}

// delegate makes an agent a tool of others.
func delegate(tracer *staso.Tracer, name string, to *agent.Agent) agent.Tool {
	return agent.NewTool(tracer, name, "Ask "+to.Name()+" a question.", `{"type":"object","properties":{`+
		`"question":{"type":"string"}},"required":["question"]}`,
		func(ctx context.Context, q delegated) (agent.Answer, error) {
			return to.Ask(ctx, agent.Question{Text: q.Question})
		})
}
