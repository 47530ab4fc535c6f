package windows

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// evaluates judges what runs a text as commands.
func (a *analysis) evaluates(s *statement) bool {
	switch s.name {
	case "invoke-expression":
	case "[scriptblock]::create", "invoke-command", "add-type":
		if s.name == "invoke-command" && s.has("-computername", 3) {
			a.find(s, "windows.remote", guard.SeverityMedium, "runs commands on another machine")
		}
		if s.name == "add-type" {
			if s.mentions("dllimport") {
				a.find(s, "windows.native", guard.SeverityHigh, "calls the system past PowerShell")
			}
			return true
		}
	default:
		return a.hidden(s)
	}
	if s.fetches || s.input {
		a.find(s, "windows.download_run", guard.SeverityCritical, "runs commands that it fetches from another machine")
		return true
	}
	if a.hidden(s) {
		return true
	}
	for i := range s.words {
		if w := s.words[i]; w.quoted && !strings.HasPrefix(w.text, "-") {
			a.inner(w.text, powershell, s)
		}
	}
	return true
}

// hidden decodes what stands in a statement as base64 for PowerShell to run.
func (a *analysis) hidden(s *statement) bool {
	found := false
	for i := range s.words {
		lower := strings.ToLower(s.words[i].text)
		j := strings.Index(lower, "frombase64string(")
		if j < 0 {
			continue
		}
		text := strings.Trim(s.words[i].text[j+len("frombase64string("):], "()'\" ")
		if stop := strings.IndexAny(text, ")'\""); stop >= 0 {
			text = text[:stop]
		}
		if source := decode(text); source != "" && (s.name == "invoke-expression" || looksRun(source)) {
			a.find(s, "windows.encoded", guard.SeverityHigh, "runs commands that are written so that nobody can read them")
			a.inner(source, powershell, s)
			found = true
		}
	}
	return found
}

// looksRun says that a text is commands rather than data.
func looksRun(source string) bool { return LooksLike(source) != "" }

// decode is the text that base64 stands for, in either of the encodings that
// PowerShell is given; empty if it is none.
func decode(text string) string {
	const longest = 64 << 10
	text = strings.TrimRight(strings.TrimSpace(text), "=")
	if len(text) > longest {
		return ""
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return ""
	}
	zeros := 0
	for i := 1; i < len(raw); i += 2 {
		if raw[i] == 0 {
			zeros++
		}
	}
	if zeros*4 < len(raw) {
		return string(raw)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
	}
	return string(utf16.Decode(units))
}

// starts judges programs that start another one.
func (a *analysis) starts(s *statement) bool {
	switch s.name {
	case "powershell", "pwsh":
		a.startsPowerShell(s)
	case "cmd":
		for i := range s.words {
			if text := strings.ToLower(s.words[i].text); strings.HasPrefix(text, "/c") || strings.HasPrefix(text, "/k") || strings.HasPrefix(text, "/r") {
				a.inner(joined(append([]word{{text: s.words[i].text[2:]}}, s.words[i+1:]...)), cmd, s)
				break
			}
		}
	case "start-process":
		a.startsProcess(s)
	case "wsl", "bash", "sh":
		if len(s.words) > 0 {
			a.derive(detect.Shell, "", afterOptions(s.words))
		}
	case "runas", "psexec", "psexec64", "paexec":
		if s.name != "runas" {
			a.find(s, "windows.remote", guard.SeverityMedium, "runs commands on another machine, or as another user")
		}
		for i := range s.words {
			if s.words[i].quoted {
				a.inner(s.words[i].text, cmd, s)
			}
		}
	case "forfiles":
		if run, ok := s.after("/c", 2); ok {
			a.inner(run.text, cmd, s)
		}
	case "wmic":
		return a.wmic(s)
	default:
		return false
	}
	return true
}

// joined are the words with spaces between; a quoted one keeps its quotes.
func joined(words []word) string {
	var out strings.Builder
	for i, w := range words {
		if i > 0 {
			out.WriteByte(' ')
		}
		if w.quoted && len(words) > 2 {
			out.WriteByte('"')
			out.WriteString(w.text)
			out.WriteByte('"')
			continue
		}
		out.WriteString(w.text)
	}
	return strings.TrimSpace(out.String())
}

// afterOptions is the command of wsl or bash -c.
func afterOptions(words []word) string {
	for len(words) > 0 && strings.HasPrefix(words[0].text, "-") {
		words = words[1:]
	}
	return joined(words)
}

// startsPowerShell judges powershell with its options.
func (a *analysis) startsPowerShell(s *statement) {
	for i := range s.words {
		option := strings.ToLower(strings.Replace(s.words[i].text, "/", "-", 1))
		switch {
		case option == "-e" || option == "-ec" || strings.HasPrefix(option, "-en") && strings.HasPrefix("-encodedcommand", option):
			a.find(s, "windows.encoded", guard.SeverityHigh, "runs commands that are written so that nobody can read them")
			if i+1 < len(s.words) {
				a.inner(decode(s.words[i+1].text), powershell, s)
			}
			return
		case strings.HasPrefix(option, "-c") && strings.HasPrefix("-command", option):
			a.inner(joined(s.words[i+1:]), powershell, s)
			return
		case option == "-f" || option == "-file":
			if i+1 < len(s.words) && a.fetched[strings.ToLower(s.words[i+1].text)] {
				a.find(s, "windows.download_run", guard.SeverityCritical, "runs what it has just loaded from the network")
			}
			return
		case option == "-version" || option == "-?" || option == "-help":
			return
		case strings.HasPrefix(option, "-"):
		case i > 0 && wantsValue(s.words[i-1].text):
		default:
			a.inner(joined(s.words[i:]), powershell, s)
			return
		}
	}
}

// wantsValue says that an option of powershell takes the next word.
func wantsValue(option string) bool {
	option = strings.ToLower(strings.Replace(option, "/", "-", 1))
	if len(option) < 2 {
		return false
	}
	for _, name := range [...]string{
		"-executionpolicy", "-windowstyle", "-inputformat", "-outputformat", "-configurationname", "-version",
		"-psconsolefile", "-workingdirectory",
	} {
		if strings.HasPrefix(name, option) {
			return true
		}
	}
	return option == "-ep" || option == "-exec" || option == "-ex" || option == "-w"
}

// startsProcess judges Start-Process.
func (a *analysis) startsProcess(s *statement) {
	file, ok := s.after("-filepath", 3)
	if !ok {
		if len(s.words) == 0 {
			return
		}
		file = s.words[0]
	}
	rest := statement{start: s.start, end: s.end, words: []word{file}}
	if args, ok := s.after("-argumentlist", 3); ok {
		for i := range s.words {
			if s.words[i] == args {
				rest.words = append(rest.words, s.words[i:]...)
				break
			}
		}
	} else if len(s.words) > 1 && s.words[0] == file {
		rest.words = append(rest.words, s.words[1:]...)
	}
	if len(rest.words) == 2 && rest.words[1].quoted {
		a.inner(file.text+" "+rest.words[1].text, cmd, s)
		return
	}
	a.program(&rest, file.text)
}

// wmic judges the tool for the management of Windows.
func (a *analysis) wmic(s *statement) bool {
	switch {
	case s.mentions("shadowcopy") && s.mentions("delete"):
		a.find(s, "windows.backup.delete", guard.SeverityCritical, "deletes the backups of the system")
	case s.mentions("process") && s.mentions("create"):
		for i := range s.words {
			if s.words[i].quoted {
				a.inner(s.words[i].text, cmd, s)
			}
		}
		a.find(s, "windows.start", guard.SeverityHigh, "starts a program in a way that hides who started it")
	case s.mentions("delete") || s.mentions("terminate") || s.mentions("stopservice") || s.mentions("uninstall"):
		a.find(s, "windows.management", guard.SeverityHigh, "deletes or stops a part of the system")
	}
	return true
}
