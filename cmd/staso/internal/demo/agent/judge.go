package agent

import (
	"context"
	"errors"
	"strings"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// judge annotates the run with what can be said of it without another model: how
// it ended, how many sources it has, and whether it names a file that no tool
// showed.
func (r *run) judge(ctx context.Context, failed error) error {
	span := staso.SpanFromContext(ctx)
	outcome := "answered"
	if failed != nil {
		outcome = "gave_up"
	}
	errs := []error{span.Annotate(staso.Categorical("outcome", outcome))}
	if failed == nil {
		sources, unseen := r.sources()
		grounded := staso.Boolean("grounded", unseen == "")
		if unseen != "" {
			grounded.Comment = "no tool showed " + unseen
		}
		errs = append(errs, span.Annotate(staso.Numeric("sources", float64(sources))), span.Annotate(grounded))
	}
	return errors.Join(errs...)
}

// sources counts the files that the answer names in backquotes and a tool has
// shown, and returns one that none has.
func (r *run) sources() (count int, unseen string) {
	var shown strings.Builder
	for _, m := range r.messages {
		if m.Role == chat.RoleTool {
			shown.WriteString(m.Content)
		}
	}
	seen := shown.String()
	named := map[string]bool{}
	for i, part := range strings.Split(r.answer.Text, "`") {
		switch isName := i%2 == 1 && strings.ContainsAny(part, "./") && !strings.ContainsAny(part, " \n"); {
		case !isName || named[part]:
		case strings.Contains(seen, part):
			count++
		default:
			unseen = part
		}
		named[part] = true
	}
	return count, unseen
}

// joinErrors leaves a single error as it is, so that its type is the one that is
// recorded.
func joinErrors(a, b error) error {
	if b == nil {
		return a
	}
	return errors.Join(a, b)
}
