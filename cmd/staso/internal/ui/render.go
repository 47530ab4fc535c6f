package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/figure"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

type templates map[string]*template.Template

// parseTemplates makes one set for each page, all on the same layout.
func (u *pages) parseTemplates() (templates, error) {
	base, err := template.New("").Funcs(u.funcs()).ParseFS(files, "templates/shared/*.html")
	if err != nil {
		return nil, err
	}
	entries, err := files.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	set := templates{}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		page, err := template.Must(base.Clone()).ParseFS(files, "templates/"+entry.Name())
		if err != nil {
			return nil, err
		}
		set[strings.TrimSuffix(entry.Name(), ".html")] = page
	}
	return set, nil
}

func (u *pages) funcs() template.FuncMap {
	return template.FuncMap{
		"asset":        u.assets.url,
		"duration":     figure.Duration,
		"latency":      figure.Latency,
		"count":        figure.Count,
		"exact":        figure.Exact,
		"bytes":        figure.Bytes[int],
		"bytes64":      figure.Bytes[int64],
		"line":         func(s string) string { return plain.Line(s, 200) },
		"text":         plain.Text,
		"stamp":        func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) },
		"date":         func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05.000 UTC") },
		"minute":       func(t time.Time) string { return t.UTC().Format("2 Jan 15:04") },
		"percent":      func(x float64) string { return fmt.Sprintf("%.3f%%", x) },
		"kind":         kindName,
		"conversation": conversationPath,
		"narrow":       func(name, value string) string { return tracesOf(name)(value) },
		"cuttext":      func(s string) string { return plain.Text(plain.Cut(s, maxErrorText)) },
		"annotation":   annotationValue,
		"phases":       phases,
		"plural":       plural[int],
		"plural64":     plural[int64],
		"version":      func() string { return u.options.Version },
	}
}

// maxErrorText bounds an error's message on a page.
const maxErrorText = 16 << 10

// annotationValue is the value of an annotation as a reader wants it.
func annotationValue(raw []byte) string {
	v, ok := payload.Parse(raw)
	if !ok {
		return plain.Line(string(raw), 80)
	}
	return plain.Line(v.Text, 80)
}

// kindName is a kind that the pages have an icon for.
func kindName(kind string) string {
	switch kind {
	case "llm", "tool", "chain", "retriever", "agent":
		return kind
	}
	return "custom"
}

func plural[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return figure.Exact(int64(n)) + " " + many
}

// view is what the layout needs; Data is the page's own.
type view struct {
	Page    string // names the template
	Title   string
	Section string // the entry of the navigation that is current
	Theme   string // light, dark or "" for the system's
	Now     time.Time
	Data    any
}

func (v *view) Ago(t time.Time) string { return figure.Ago(t, v.Now) }

// show renders a page, or answers 304 where the visitor has just that.
func (u *pages) show(w http.ResponseWriter, r *request, v view) error {
	return u.write(w, r, http.StatusOK, "layout", v)
}

func (u *pages) write(w http.ResponseWriter, r *request, status int, name string, v view) error {
	v.Now, v.Theme = r.now, theme(r.Request)
	var body bytes.Buffer
	if err := u.templates[v.Page].ExecuteTemplate(&body, name, &v); err != nil {
		return fmt.Errorf("render %s: %w", v.Page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie, X-Fragment, "+httpapi.WorkspaceHeader)
	if status == http.StatusOK {
		tag := etag(body.Bytes())
		h.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) //nolint:errcheck // the visitor left: nobody to tell
	}
	return nil
}

func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:10]) + `"`
}

// theme is the visitor's choice.
func theme(r *http.Request) string {
	if c, err := r.Cookie("staso_theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// problem is an error as a page tells it.
type problem struct {
	Status  int
	Heading string
	Detail  string
	Clear   string // where to go on
}

func (u *pages) errorPage(w http.ResponseWriter, r *request, err error) {
	p := explain(err)
	if p.Status >= 500 {
		u.options.Report(r.Context(), fmt.Errorf("page %s: %w", r.URL.Path, err))
	}
	v := view{Page: "error", Title: p.Heading, Data: p}
	if err := u.write(w, r, p.Status, "layout", v); err != nil {
		u.options.Report(r.Context(), err)
		http.Error(w, p.Heading, p.Status)
	}
}

func explain(err error) problem {
	var refused *httpapi.Error
	if form, ok := errors.AsType[*refusedError](err); ok {
		return form.problem()
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return problem{
			Status: http.StatusNotFound, Heading: "Not found",
			Detail: "There is nothing at this address. A trace may not have arrived yet, or may have been deleted.",
		}
	case errors.As(err, &refused) && refused.Status < 500:
		return problem{Status: refused.Status, Heading: "This address cannot be read", Detail: plain.Line(refused.Detail, 400)}
	case errors.Is(err, store.ErrInvalidQuery):
		return problem{Status: http.StatusBadRequest, Heading: "This address cannot be read", Detail: plain.Line(err.Error(), 400)}
	}
	return problem{
		Status: http.StatusInternalServerError, Heading: "The data could not be read",
		Detail: "The server's log says why. Trying again does no harm.",
	}
}
