package testutil

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// Golden fails the test unless what was recorded until now is what the file at
// path holds: the tree with each span's model, tokens, error, input, output and
// attributes. With update it writes the file instead, whose folder it makes.
//
// What differs from run to run is left out or made stable: times and durations
// are not shown, ids become trace-1, span-1 and so on, also where they stand
// inside a value; attributes that begin with vcs. or code. are left out; those
// named in masked show as "*".
func (r *Recorder) Golden(t TestingT, path string, update bool, masked ...string) {
	t.Helper()
	if err := r.flush(); err != nil {
		t.Errorf("the tracer could not hand over everything: %v", err)
	}
	got := r.recorded().golden(masked)
	if update {
		if err := writeGolden(path, got); err != nil {
			t.Errorf("%v", err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is no %s yet: run the test once with update set; it would hold:\n%s", path, got)
		return
	} else if err != nil {
		t.Errorf("read golden tree: %v", err)
		return
	}
	if want := strings.ReplaceAll(string(want), "\r\n", "\n"); got != want {
		t.Errorf("the recorded tree is not the one in %s (- file, + recorded; set update to accept it):\n%s",
			path, diffLines(want, got))
	}
}

func writeGolden(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // it is checked in
		return fmt.Errorf("write golden tree: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // it is checked in
		return fmt.Errorf("write golden tree: %w", err)
	}
	return nil
}

func (s Spans) golden(masked []string) string {
	var text strings.Builder
	var ids stableIDs
	walk(s.roots(), func(n *node) {
		ids.add(n.span)
		indent := strings.Repeat("  ", n.depth)
		text.WriteString(indent + describe(n.span) + "\n")
		for _, line := range details(n.span, masked) {
			text.WriteString(indent + "    " + line + "\n")
		}
	})
	return ids.replace(text.String())
}

// details are the lines below a span's own.
func details(s *exporter.SpanData, masked []string) []string {
	lines := []string{"id: " + s.SpanID.String() + " in " + s.TraceID.String()}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+strings.ReplaceAll(value, "\n", `\n`))
		}
	}
	add("error", s.ErrorMessage)
	add("model", s.Model)
	add("requested model", s.RequestedModel)
	add("provider", s.Provider)
	if u := s.Usage; u != nil {
		add("tokens", fmt.Sprintf("%d in, %d out", u.InputTokens, u.OutputTokens))
	}
	add("conversation", s.ConversationID)
	add("user", s.UserID)
	add("input", canonical(s.Input))
	add("output", canonical(s.Output))
	add("attributes", stableAttributes(s.Attributes, masked))
	return lines
}

// canonical is the value with its keys sorted and no space in it.
func canonical(raw json.RawMessage) string {
	var value any
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return string(raw)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return string(raw)
	}
	return string(text)
}

func stableAttributes(raw json.RawMessage, masked []string) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return string(raw)
	}
	maps.DeleteFunc(object, func(key string, _ json.RawMessage) bool {
		return strings.HasPrefix(key, "vcs.") || strings.HasPrefix(key, "code.")
	})
	for key := range object {
		if slices.Contains(masked, key) {
			object[key] = json.RawMessage(`"*"`)
		}
	}
	if len(object) == 0 {
		return ""
	}
	text, err := json.Marshal(object)
	if err != nil {
		return string(raw)
	}
	return canonical(text)
}

// stableIDs numbers ids in the order in which the tree shows them.
type stableIDs struct {
	pairs  []string // old, new, old, new
	traces map[uuid.UUID]bool
	spans  int
}

func (ids *stableIDs) add(s *exporter.SpanData) {
	if ids.traces == nil {
		ids.traces = make(map[uuid.UUID]bool)
	}
	if !ids.traces[s.TraceID] {
		ids.traces[s.TraceID] = true
		ids.rename(s.TraceID.String(), fmt.Sprintf("trace-%d", len(ids.traces)))
	}
	ids.spans++
	ids.rename(s.SpanID.String(), fmt.Sprintf("span-%d", ids.spans))
}

// rename also finds the id as W3C trace context writes it.
func (ids *stableIDs) rename(id, name string) {
	hex := strings.ReplaceAll(id, "-", "")
	ids.pairs = append(ids.pairs, id, name, hex, name)
	if short, isSpan := strings.CutPrefix(hex, "0000000000000000"); isSpan && strings.HasPrefix(name, "span-") {
		ids.pairs = append(ids.pairs, short, name)
	}
}

func (ids *stableIDs) replace(text string) string {
	return strings.NewReplacer(ids.pairs...).Replace(text)
}
