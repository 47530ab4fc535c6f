package console

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// node is what is held of a span: clean text of a bounded length, and nothing
// of the caller's memory.
type node struct {
	id, parent uuid.UUID
	start      time.Time
	running    bool

	title []field
	more  []string // input and output, where they are wanted
	notes []string // annotations

	children []*node
}

// field is a part of a line.
type field struct {
	text  string
	style style
}

// maxName keeps room on the line for what comes after the name.
const maxName = 60

func newNode(s *exporter.SpanData, c *config) *node {
	n := &node{id: s.SpanID, parent: s.ParentSpanID, start: s.StartTime, running: s.Provisional}
	n.title = append(n.title,
		field{clean(s.Kind.String(), maxName), cyan},
		field{clean(s.Name, maxName), bold})
	n.title = append(n.title, ending(s)...)
	n.add(modelOf(s), plain, c)
	n.add(usageOf(s.Usage), dim, c)
	n.add(s.ErrorMessage, red, c)
	if c.content {
		n.addContent("in  ", s.Input, c)
		n.addContent("out ", s.Output, c)
	}
	return n
}

func (n *node) add(text string, as style, c *config) {
	if text != "" {
		n.title = append(n.title, field{clean(text, c.width), as})
	}
}

func (n *node) addContent(label string, payload []byte, c *config) {
	if len(payload) > 0 {
		// A rune is at most four bytes: what is cut here would not be printed.
		n.more = append(n.more, label+clean(string(payload[:min(len(payload), 8*c.width)]), c.width))
	}
}

// ending says how a span ended, or that it has not.
func ending(s *exporter.SpanData) []field {
	if s.Provisional {
		return []field{{"running", yellow}}
	}
	status := field{clean(s.Status.String(), maxName), green}
	if s.Status != exporter.StatusOK {
		status.style = red
	}
	return []field{status, {short(s.Duration), plain}}
}

// short rounds to three digits or so.
func short(d time.Duration) string {
	unit := time.Nanosecond
	switch {
	case d >= time.Minute:
		unit = time.Second
	case d >= time.Second:
		unit = 10 * time.Millisecond
	case d >= time.Millisecond:
		unit = 10 * time.Microsecond
	case d >= time.Microsecond:
		unit = 10 * time.Nanosecond
	}
	return d.Round(unit).String()
}

func modelOf(s *exporter.SpanData) string {
	if s.Model != "" {
		return s.Model
	}
	return s.RequestedModel
}

func usageOf(u *exporter.Usage) string {
	if u == nil {
		return ""
	}
	return fmt.Sprintf("%d in, %d out", u.InputTokens, u.OutputTokens)
}

// noteOf is an annotation as a line.
func noteOf(a *exporter.Annotation, c *config) string {
	text := clean(a.Name, maxName) + " = " + clean(string(a.Value), maxName)
	if a.Comment != "" {
		text += "  " + clean(a.Comment, c.width)
	}
	return "★ " + text
}
