package demo

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

// documents answers questions out of a folder's texts: it retrieves passages, and
// has a model answer from those alone.
type documents struct {
	client   *chat.Client
	files    *folder.Folder
	retrieve func(context.Context, search) ([]passage, error)
	ask      func(context.Context, agent.Question) (agent.Answer, error)
}

func newDocuments(tracer *staso.Tracer, client *chat.Client, files *folder.Folder) *documents {
	d := &documents{client: client, files: files}
	d.retrieve = staso.Trace(tracer, "retrieve", d.passages, staso.WithKind(staso.KindRetriever))
	d.ask = staso.Trace(tracer, "answer-from-docs", d.answer, staso.WithKind(staso.KindChain))
	return d
}

type search struct {
	Query string `json:"query"`
	Top   int    `json:"top"`
}

type passage struct {
	Path  string  `json:"path"`
	Score float64 `json:"score"`
	Text  string  `json:"text"`
}

func (d *documents) answer(ctx context.Context, q agent.Question) (agent.Answer, error) {
	answer := agent.Answer{TraceID: staso.SpanFromContext(ctx).TraceID().String()}
	passages, err := d.retrieve(ctx, search{Query: q.Text, Top: 3})
	if err != nil {
		return answer, fmt.Errorf("retrieve passages: %w", err)
	}
	messages := []chat.Message{
		{Role: chat.RoleSystem, Content: "Answer from the passages alone, and name the file."},
		{Role: chat.RoleUser, Content: prompt(q.Text, passages)},
	}
	reply, err := d.client.Stream(ctx, messages)
	answer.Text, answer.ModelCalls = reply.Message.Content, reply.Tries
	answer.Retries = max(0, reply.Tries-1)
	if err != nil || len(passages) == 0 {
		return answer, err
	}
	return answer, staso.SpanFromContext(ctx).Annotate(staso.Numeric("best_passage", passages[0].Score))
}

func prompt(question string, passages []passage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nPassages:\n", question)
	for i, p := range passages {
		fmt.Fprintf(&b, "[%d] `%s`\n%s\n\n", i+1, p.Path, p.Text)
	}
	return b.String()
}

const (
	maxDocuments = 12
	maxPassage   = 700 // bytes
)

// passages are the sections with the most words of the question in them.
func (d *documents) passages(ctx context.Context, s search) ([]passage, error) {
	listed, err := d.files.List(ctx, folder.ListArgs{Recursive: true, Sort: "name"})
	if err != nil {
		return nil, err
	}
	words := termsOf(s.Query)
	found := []passage{}
	for _, name := range documentsOf(listed.Entries) {
		file, err := d.files.Read(ctx, folder.ReadArgs{Path: name})
		if err != nil {
			continue // the others are searched all the same
		}
		for _, text := range sections(file.Text) {
			if hit := score(text, words); hit > 0 {
				found = append(found, passage{Path: name, Score: hit, Text: text})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b passage) int { return cmp.Compare(b.Score, a.Score) })
	return found[:min(s.Top, len(found))], nil
}

// sections cuts a text at its headings, and long sections short.
func sections(text string) []string {
	var all []string
	var section strings.Builder
	finish := func() {
		if done := strings.TrimSpace(section.String()); done != "" {
			all = append(all, done)
		}
		section.Reset()
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			finish()
		}
		if section.Len()+len(line) <= maxPassage {
			section.WriteString(line)
		}
	}
	finish()
	return all
}

// documentsOf are the files that people wrote for people, those at the top first.
func documentsOf(entries []folder.Entry) []string {
	var names []string
	for _, e := range entries {
		switch strings.ToLower(path.Ext(e.Path)) {
		case ".md", ".rst", ".txt", ".adoc":
			names = append(names, e.Path)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")) })
	return names[:min(len(names), maxDocuments)]
}

// termsOf are the words that tell one question from another.
func termsOf(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 3 || slices.Contains([]string{"how", "the", "what", "and", "are", "for", "does", "which", "who"}, w)
	})
}

// score is the share of the words that a text has.
func score(text string, words []string) float64 {
	if len(words) == 0 {
		return 0
	}
	text = strings.ToLower(text)
	hits := 0
	for _, w := range words {
		if strings.Contains(text, w) {
			hits++
		}
	}
	return float64(hits) / float64(len(words))
}
