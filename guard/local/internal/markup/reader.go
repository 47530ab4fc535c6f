package markup

import (
	"html"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// reader reads one text.
type reader struct {
	*detector
	arg      *detect.Arg
	text     string
	phase    guard.Phase
	report   func(detect.Finding)
	passHTML bool // it is a source
	code     fences
	// Where the next end of a script, of a style and of a comment begins.
	scriptEnd, styleEnd, commentEnd ending
}

// interest is why a byte is looked at.
var interest = [256]bool{'<': true, ']': true, esc: true, c1: true} //nolint:gochecknoglobals // a table, never written

// read reports what would act in the text.
func (r *reader) read() {
	r.scheme()
	for i := 0; i < len(r.text); {
		if !interest[r.text[i]] {
			i++
			continue
		}
		i = max(i+1, r.at(i))
	}
}

// at looks at what stands at i, and returns how far that goes.
func (r *reader) at(i int) int {
	switch r.text[i] {
	case '<':
		if !r.passHTML {
			return r.tag(i)
		}
	case ']':
		return r.link(i)
	default:
		return r.escape(i)
	}
	return i + 1
}

// scheme looks at a text that is an address.
func (r *reader) scheme() {
	if end := runsCode(r.text); end > 0 && !r.passHTML {
		r.found(scriptURL, 0, end, "about:blank#")
	}
}

// found reports text[start:end], unless Markdown shows it as code. The mask is what
// would be harmless in its place.
func (r *reader) found(c class, start, end int, mask string) {
	if slices.Contains(r.exclude, string(c)) || c != terminal && c != formula && r.code.has(r.text, start) {
		return
	}
	r.report(detect.Finding{
		Code: "markup." + string(c), Reason: c.reason(), Severity: c.grade(), Field: r.arg.Field, Via: r.arg.Via,
		Start: start, End: end, Match: r.text[start:end], Mask: mask,
	})
}

// escaped is a tag that is shown instead of taken for one.
func (r *reader) escaped(start, end int) string { return html.EscapeString(r.text[start:end]) }

// foreign says that an address leads to a host that is not allowed; one without a
// host stays where it is.
func (r *reader) foreign(address string) bool {
	host := hostOf(address)
	if host == "" {
		return false
	}
	for _, allowed := range r.hosts {
		if strings.EqualFold(host, allowed) || len(host) > len(allowed) &&
			strings.EqualFold(host[len(host)-len(allowed):], allowed) && host[len(host)-len(allowed)-1] == '.' {
			return false
		}
	}
	return true
}

// hostOf is the host of an address, without its port; empty where it has none.
func hostOf(address string) string {
	_, rest, found := strings.Cut(address, "//")
	if !found {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
		rest = rest[:end]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	if !strings.HasPrefix(rest, "[") {
		rest, _, _ = strings.Cut(rest, ":")
	}
	return rest
}
