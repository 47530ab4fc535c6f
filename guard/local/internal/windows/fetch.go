package windows

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// fetchers judges programs that fetch from other machines, and those that are meant
// for something else and can do so as well.
func (a *analysis) fetchers(s *statement) bool {
	switch s.name {
	case "invoke-webrequest", "invoke-restmethod", "start-bitstransfer", "curl":
		a.fetcher(s)
	case "certutil":
		a.certutil(s)
	case "bitsadmin":
		s.fetches = true
		if s.slash("transfer") || s.slash("addfile") || s.slash("setnotifycmdline") {
			a.find(s, "windows.download", guard.SeverityHigh, "loads a file with a program that is meant for something else")
		}
		a.addresses(s)
	case "mshta", "regsvr32", "rundll32", "msiexec", "cmstp", "installutil", "msbuild", "wscript", "cscript", "regasm", "regsvcs",
		"odbcconf", "hh", "presentationhost", "msdt", "ieexec", "pubprn", "squirrel", "msxsl", "xwizard":
		a.proxy(s)
	case "desktopimgdownldr", "esentutl", "expand", "extrac32", "findstr", "print", "makecab", "ftp", "tftp", "finger":
		if s.mentions("http://") || s.mentions("https://") || s.name == "tftp" {
			a.find(s, "windows.download", guard.SeverityHigh, "loads a file with a program that is meant for something else")
		}
		return s.name != "findstr" || a.secrets(s)
	default:
		if s.fetches && (containsFold(s.name, "downloadfile(") || containsFold(s.name, "downloadstring(")) {
			a.addresses(s)
		}
		return false
	}
	return true
}

// addresses derives the addresses in a statement.
func (a *analysis) addresses(s *statement) {
	for i := range s.words {
		text := strings.Trim(s.words[i].text, "()'\"")
		if j := indexFold(text, "http"); j >= 0 && (strings.HasPrefix(text[j+4:], "://") || strings.HasPrefix(text[j+4:], "s://")) {
			address := text[j:]
			if stop := strings.IndexAny(address, "'\")<> "); stop >= 0 {
				address = address[:stop]
			}
			a.derive(detect.URL, "", address)
		}
	}
}

// fetcher judges Invoke-WebRequest and its like.
func (a *analysis) fetcher(s *statement) {
	s.fetches = true
	a.addresses(s)
	for _, option := range [...]string{"-outfile", "-destination", "-o", "--output"} {
		to, ok := s.after(option, min(4, len(option)))
		if !ok {
			continue
		}
		a.taint(to.text)
		a.taint(baseName(to.text))
		command.Write(a.budget, "", wordOf(to), a.report(s))
	}
	if from, ok := s.after("-infile", 3); ok {
		secret := statement{name: s.name, words: []word{from}, start: s.start, end: s.end}
		if a.secrets(&secret) {
			a.find(s, "shell.exfiltration.secret", guard.SeverityCritical, "sends keys or passwords to another machine")
		}
	}
	if method, ok := s.after("-method", 3); ok && strings.EqualFold(method.text, "delete") || s.name == "curl" && s.mentions("delete") {
		a.find(s, "http.delete", guard.SeverityMedium, "has a service delete what it keeps")
	}
}

// certutil judges the tool for certificates, which loads and decodes files as well.
func (a *analysis) certutil(s *statement) {
	switch {
	case s.slash("urlcache"), s.slash("verifyctl"), s.mentions("http://"), s.mentions("https://"):
		a.find(s, "windows.download", guard.SeverityHigh, "loads a file with a program that is meant for something else")
		a.addresses(s)
		if len(s.words) > 0 {
			last := s.words[len(s.words)-1].text
			a.taint(last)
			a.taint(baseName(last))
		}
	case s.slash("decode"), s.slash("decodehex"):
		a.find(s, "windows.decode", guard.SeverityMedium, "turns a text into a program")
	case s.slash("addstore"):
		a.find(s, "windows.trust", guard.SeverityHigh, "has the machine trust another certificate")
	}
}

// proxy judges programs by which others are run past what watches them.
func (a *analysis) proxy(s *statement) {
	remote := s.mentions("http://") || s.mentions("https://") || s.mentions("javascript:") || s.mentions("vbscript:") || s.mentions(`\\`) && s.name != "msbuild" && s.name != "msiexec"
	dump := s.name == "rundll32" && s.mentions("comsvcs") && (s.mentions("minidump") || s.mentions("#24") || s.mentions("lsass"))
	switch {
	case dump:
		a.find(s, "windows.secret.dump", guard.SeverityCritical, "reads the passwords of those who are logged in")
	case remote, s.mentions("scrobj"), s.name == "msdt" && s.mentions("it_"):
		a.find(s, "windows.download_run", guard.SeverityCritical, "runs what it loads from the network, past what watches programs")
		a.addresses(s)
	case s.name == "cmstp", s.name == "mshta" && len(s.words) > 0:
		a.find(s, "windows.proxy", guard.SeverityHigh, "runs a program past what watches programs")
	}
}
