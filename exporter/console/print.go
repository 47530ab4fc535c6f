package console

import (
	"bytes"
	"fmt"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// printer lays traces out into a buffer.
type printer struct {
	bytes.Buffer
	width int
	color bool
}

func (p *printer) trace(t *trace) {
	title := []field{{"trace " + t.id.String(), dim}}
	for _, text := range []string{t.resource.Environment, t.resource.Workspace} {
		if text != "" && text != "default" {
			title = append(title, field{clean(text, maxName), dim})
		}
	}
	p.line("", title...)
	for _, root := range t.roots() {
		p.node(root, "", "")
	}
	for _, note := range t.notes {
		p.line("", field{note, yellow})
	}
	p.WriteByte('\n')
}

// node prints a span behind lead, and what belongs to it behind rest.
func (p *printer) node(n *node, lead, rest string) {
	p.line(lead, n.title...)
	below := "   "
	if len(n.children) > 0 {
		below = "│  "
	}
	for _, text := range n.more {
		p.line(rest+below, field{text, dim})
	}
	for _, text := range n.notes {
		p.line(rest+below, field{text, yellow})
	}
	for i, child := range n.children {
		branch, indent := "├─ ", "│  "
		if i == len(n.children)-1 {
			branch, indent = "└─ ", "   "
		}
		if columnsOf(rest) > p.width/2 {
			indent = "" // deeper than that goes no further to the right
		}
		p.node(child, rest+branch, rest+indent)
	}
}

// line prints the fields, two blanks apart, as far as they fit.
func (p *printer) line(lead string, fields ...field) {
	p.WriteString(dim.paint(lead, p.color))
	left := p.width - columnsOf(lead)
	for i, f := range fields {
		gap := ""
		if i == 1 && fields[0].style == cyan {
			gap = " " // the kind and the name belong together
		} else if i > 0 {
			gap = "  "
		}
		if left <= len(gap)+1 {
			break
		}
		text := clean(f.text, left-len(gap))
		p.WriteString(gap + f.style.paint(text, p.color))
		left -= len(gap) + columnsOf(text)
	}
	p.WriteByte('\n')
}

// annotation prints one whose trace is not held.
func (p *printer) annotation(a *exporter.Annotation, c *config) {
	about := "trace " + a.TraceID.String()
	if a.SpanID != uuid.Nil {
		about = fmt.Sprintf("span %x of %s", a.SpanID[8:], about)
	}
	p.line("", field{noteOf(a, c), yellow}, field{about, dim})
}
