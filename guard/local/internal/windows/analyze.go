// Package windows takes command lines of Windows apart: of cmd and of PowerShell.
package windows

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// The dialects.
const (
	cmd        = "cmd"
	powershell = "powershell"
)

// detector is the rule of the catalogue that all findings here belong to.
const detector = "dangerous"

// deepest is how deep a command may stand in another one: cmd /c, -Command, a
// block. What stands deeper is a finding.
const deepest = 12

// mostFindings and mostDerived bound what one source can bring.
const (
	mostFindings = 64
	mostDerived  = 64
)

// Analyze says what running source in cmd or PowerShell would do that is dangerous,
// and which arguments for other detectors stand inside it. The dialect is "cmd" or
// "powershell"; any other has it guessed by [LooksLike], and taken for cmd where
// that knows no better. It is safe for concurrent use.
func Analyze(b *detect.Budget, source, dialect string) detect.Analysis {
	a := analysis{budget: b}
	switch strings.ToLower(dialect) {
	case powershell, "pwsh", "ps1", "ps":
		a.powershell(source)
	case cmd, "bat", "batch", "dos":
		a.cmd(source)
	default:
		if LooksLike(source) == powershell {
			a.powershell(source)
		} else {
			a.cmd(source)
		}
	}
	return detect.Analysis{Findings: a.findings, Derived: a.derived}
}

// analysis is what is known while a source is taken apart.
type analysis struct {
	budget   *detect.Budget
	findings []detect.Finding
	derived  []detect.Arg
	vars     map[string]string // values of variables, names in lower case
	fetched  map[string]bool   // variables and files that hold what was fetched
	depth    int
	base     int // where the source that is looked at begins in the whole one
}

// statement is one program with its words.
type statement struct {
	name       string // in lower case, without folder and extension
	words      []word
	start, end int
	// fetches says that something in it fetches from another machine; input that
	// what comes before it in the pipe does.
	fetches, input bool
}

// word is one word, with quotes and escapes resolved.
type word struct {
	text       string
	quoted     bool
	start, end int
}

// What statements, words and their bytes cost of the budget: each is looked at for
// many names.
const (
	statementCost = 128
	wordCost      = 512
	byteCost      = 16
)

// affords says that there is budget left to judge one more word.
func (a *analysis) affords(text string) bool {
	return a.budget.Spend(wordCost + byteCost*len(text))
}

// find reports a finding about a statement.
func (a *analysis) find(s *statement, code string, severity guard.Severity, reason string) {
	if len(a.findings) >= mostFindings {
		return
	}
	a.findings = append(a.findings, detect.Finding{
		Detector: detector, Code: code, Severity: severity, Reason: reason, Match: s.shown(),
		Start: a.base + s.start, End: a.base + s.end,
	})
}

// shown is how a statement is quoted to people.
func (s *statement) shown() string {
	const longest = 80
	shown := s.name
	for i := range s.words {
		if len(shown) > longest {
			break
		}
		shown += " " + s.words[i].text
	}
	return shown[:min(len(shown), longest)]
}

func (a *analysis) derive(kinds detect.Kind, lang, text string) {
	if text != "" && len(a.derived) < mostDerived {
		a.derived = append(a.derived, detect.Arg{Kinds: kinds, Lang: lang, Text: text, Derived: true})
	}
}

// inner takes a source apart that stands inside another one.
func (a *analysis) inner(source, dialect string, s *statement) {
	if a.depth >= deepest {
		a.find(s, "windows.nested", guard.SeverityMedium, "hides commands in each other more deeply than can be followed")
		return
	}
	if strings.TrimSpace(source) == "" {
		return
	}
	base := a.base
	a.base += s.start
	if dialect == powershell {
		a.powershell(source)
	} else {
		a.cmd(source)
	}
	a.base = base
}

// longestValue bounds the values of variables, which can be made of each other.
const longestValue = 2 << 10

// setVar remembers the value of a variable.
func (a *analysis) setVar(name, value string) {
	const most = 256
	if a.vars == nil {
		a.vars = make(map[string]string)
	}
	if len(a.vars) < most && len(value) <= longestValue {
		a.vars[strings.ToLower(name)] = value
	}
}

// taint remembers that a variable or a file holds what was fetched.
func (a *analysis) taint(name string) {
	const most = 256
	if a.fetched == nil {
		a.fetched = make(map[string]bool)
	}
	if name != "" && len(a.fetched) < most {
		a.fetched[strings.ToLower(name)] = true
	}
}

// has says that one of the words is option, in any case. An option of PowerShell may
// be cut short, down to least bytes.
func (s *statement) has(option string, least int) bool {
	for i := range s.words {
		text := s.words[i].text
		name, _, _ := strings.Cut(text, ":")
		if len(name) >= least && len(name) <= len(option) && strings.EqualFold(name, option[:len(name)]) {
			return true
		}
	}
	return false
}

// slash says that one of the words is the option /letter, alone or before a colon.
func (s *statement) slash(option string) bool {
	for i := range s.words {
		text := s.words[i].text
		if len(text) < 2 || text[0] != '/' && text[0] != '-' {
			continue
		}
		name, _, _ := strings.Cut(text[1:], ":")
		if strings.EqualFold(name, option) {
			return true
		}
	}
	return false
}

// mentions says that one of the words contains text, in any case.
func (s *statement) mentions(text string) bool {
	for i := range s.words {
		if containsFold(s.words[i].text, text) {
			return true
		}
	}
	return false
}

// verb is the n-th word that is no option, in lower case.
func (s *statement) verb(n int) string {
	for i := range s.words {
		if text := s.words[i].text; text == "" || text[0] == '/' || text[0] == '-' {
			continue
		}
		if n == 0 {
			return strings.ToLower(s.words[i].text)
		}
		n--
	}
	return ""
}

// after returns the word after the option, or what follows its colon.
func (s *statement) after(option string, least int) (word, bool) {
	for i := range s.words {
		text := s.words[i].text
		name, value, glued := strings.Cut(text, ":")
		if len(name) < least || len(name) > len(option) || !strings.EqualFold(name, option[:len(name)]) {
			continue
		}
		switch {
		case glued && value != "":
			return word{text: value, start: s.words[i].start, end: s.words[i].end}, true
		case i+1 < len(s.words):
			return s.words[i+1], true
		}
	}
	return word{}, false
}

// containsFold is strings.Contains for ASCII in any case; part is in lower case.
func containsFold(text, part string) bool {
	if len(part) == 0 || len(text) < len(part) {
		return len(part) == 0
	}
	for i := 0; i+len(part) <= len(text); i++ {
		if text[i]|0x20 == part[0]|0x20 && strings.EqualFold(text[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// cutOptions splits del/f/s/q into "del" and "/f/s/q".
func cutOptions(text string) (name, options string) {
	i := strings.IndexByte(text, '/')
	if i <= 0 {
		return text, ""
	}
	switch strings.ToLower(text[:i]) {
	case "del", "erase", "rd", "rmdir", "copy", "move", "format", "attrib", "dir", "type", "xcopy", "shutdown", "cmd":
		return text[:i], text[i:]
	}
	return text, ""
}

// baseName is a program's name without folder and extension, in lower case.
func baseName(text string) string {
	if i := strings.LastIndexAny(text, `\/`); i >= 0 && i+1 < len(text) {
		text = text[i+1:]
	}
	text = strings.ToLower(text)
	for _, extension := range [...]string{".exe", ".com", ".bat", ".cmd", ".cpl"} {
		if rest, ok := strings.CutSuffix(text, extension); ok && rest != "" {
			return rest
		}
	}
	return text
}
