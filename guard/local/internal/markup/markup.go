package markup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// Params is what the rule insecure_output_handling takes under "with".
type Params struct {
	// Exclude are the classes that may pass: script, event_handler, script_url,
	// frame, object, base, refresh, form, style, exfiltration, terminal, formula.
	Exclude []string `json:"exclude"`
	// AllowHosts are hosts that images, frames and forms may lead to, with all
	// that is below them: "example.com" is www.example.com too.
	AllowHosts []string `json:"allow_hosts"`
}

// class is what a finding is about; it ends the code.
type class string

// The classes.
const (
	script       class = "script"
	eventHandler class = "event_handler"
	scriptURL    class = "script_url"
	frame        class = "frame"
	object       class = "object"
	base         class = "base"
	refresh      class = "refresh"
	form         class = "form"
	style        class = "style"
	exfiltration class = "exfiltration"
	terminal     class = "terminal"
	formula      class = "formula"
)

func (c class) grade() guard.Severity {
	switch c {
	case script, eventHandler, scriptURL, exfiltration:
		return guard.SeverityHigh
	default:
		return guard.SeverityMedium
	}
}

func (c class) reason() string {
	switch c {
	case script:
		return "would run a script where the text is shown"
	case eventHandler:
		return "would run the code of an event handler where the text is shown"
	case scriptURL:
		return "leads to an address that runs code where the text is shown"
	case frame:
		return "would show a foreign page inside of this one"
	case object:
		return "would load a foreign object where the text is shown"
	case base:
		return "would turn all addresses of the page to another host"
	case refresh:
		return "would send whoever reads it to another address"
	case form:
		return "would send what is typed in to another host"
	case style:
		return "holds a style that calls out or runs code"
	case exfiltration:
		return "would send data to another host as soon as it is shown"
	case terminal:
		return "would rewrite the terminal that it is shown on"
	default:
		return "would be run by a spreadsheet that it is put into"
	}
}

// detector is the rule insecure_output_handling.
type detector struct {
	exclude []string
	hosts   []string
}

// New makes the detector of the rule insecure_output_handling; see [Params].
func New(with detect.Params) (detect.Detector, error) {
	var params Params
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	known := []class{
		script, eventHandler, scriptURL, frame, object, base, refresh, form, style, exfiltration, terminal, formula,
	}
	for _, name := range params.Exclude {
		if !slices.Contains(known, class(name)) {
			return nil, fmt.Errorf("exclude: %q is none of %v", name, known)
		}
	}
	return &detector{exclude: params.Exclude, hosts: params.AllowHosts}, nil
}

// Detect reports what would act in the texts of a call.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	source := c.Phase == guard.PhaseInput && writesSource(c)
	for i := range c.Args {
		arg := &c.Args[i]
		if !shown(c, arg) {
			continue
		}
		if !c.Budget.Spend(len(arg.Text)) {
			return
		}
		r := reader{detector: d, arg: arg, text: arg.Text, phase: c.Phase, report: report}
		r.cell()
		if source || c.Phase == guard.PhaseOutput && wholePage(arg.Text) {
			r.passHTML = true
		}
		r.read()
	}
}

// shown says that an argument may be shown as it is: a text, and of what a tool
// returned its source too. What stands encoded in another argument is not.
func shown(c *detect.Call, arg *detect.Arg) bool {
	for _, via := range arg.Via {
		if via != "json" {
			return false
		}
	}
	kinds := detect.Text | detect.Value
	if c.Phase == guard.PhaseOutput {
		kinds |= detect.Code
	}
	return arg.Kinds&kinds != 0
}

// writesSource says that the call names a file whose format is one of markup or of a
// program, so that its text is a source.
func writesSource(c *detect.Call) bool {
	for arg := range c.Of(detect.Path) {
		dot := strings.LastIndexByte(arg.Text, '.')
		if dot < 0 {
			continue
		}
		switch strings.ToLower(arg.Text[dot+1:]) {
		case "html", "htm", "xhtml", "svg", "xml", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "css", "scss", "less", "php",
			"go", "py", "rb", "rs", "java", "kt", "cs", "c", "h", "cc", "cpp", "sh", "ps1", "tmpl", "gohtml", "templ", "erb", "ejs", "jinja",
			"j2", "hbs", "liquid", "mustache", "pug", "haml", "astro", "md", "mdx", "rst", "adoc", "ipynb", "json", "yaml", "yml", "toml",
			"txt", "diff", "patch", "sql", "lua", "swift", "dart", "scala", "clj", "ex", "exs", "elm", "tex":
			return true
		}
	}
	return false
}

// wholePage says that a text is a page of its own, as a tool that fetches one
// returns.
func wholePage(text string) bool {
	start := strings.TrimLeft(text[:min(len(text), 512)], " \t\r\n\ufeff")
	for _, begin := range [...]string{"<!doctype html", "<html", "<?xml", "<svg"} {
		if scan.HasPrefixFold(start, begin) {
			return true
		}
	}
	return false
}
