// Package web judges the addresses that a tool is told to fetch: whether they lead
// into the machine, the internal network or a cloud's metadata service, however
// the host is written.
package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// config is what the rule ssrf_detection can be told.
type config struct {
	// Allow are hosts that may be fetched though they are internal: a host with or
	// without a port ("localhost:3000"), all under a name ("*.corp.example"), an
	// address, or a net ("10.1.0.0/16"). Metadata services are let through by their
	// exact address or name only.
	Allow []string `json:"allow"`
	// Schemes are the only schemes that may be used. Unset, all are but those that
	// speak to other than web servers, such as gopher and file.
	Schemes []string `json:"schemes"`
	// Strict judges bare hosts, such as those of a database's connection or a ping,
	// and what a command line speaks to, like addresses that a tool fetches. Unset,
	// only metadata services and disguises count there.
	Strict bool `json:"strict"`
}

type detector struct {
	allow   []allowed
	schemes []string
	strict  bool
}

// New makes the detector of the rule ssrf_detection. It is safe for concurrent
// use.
func New(with detect.Params) (detect.Detector, error) {
	var c config
	if err := with.Decode(&c); err != nil {
		return nil, err
	}
	d := &detector{schemes: c.Schemes, strict: c.Strict}
	for _, entry := range c.Allow {
		a, err := parseAllowed(entry)
		if err != nil {
			return nil, err
		}
		d.allow = append(d.allow, a)
	}
	return d, nil
}

// Detect reports at most one finding for each argument.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Kinds&(detect.URL|detect.Host) == 0 {
			continue
		}
		if !c.Budget.Spend(len(arg.Text)) {
			return
		}
		if v := d.judge(arg); v.danger != none && (d.strict || !v.developers(arg) && !v.underTest(c.Tool, arg.Text)) {
			report(v.finding(arg))
		}
	}
}

// judge takes the worst of what an argument can be read as.
func (d *detector) judge(arg *detect.Arg) verdict {
	v := d.reading(arg, arg.Text)
	for i := range arg.Views {
		if v.danger != none {
			return v
		}
		v = d.reading(arg, arg.Views[i].Text)
	}
	return v
}

func (d *detector) reading(arg *detect.Arg, text string) verdict {
	if arg.Kinds&detect.URL != 0 {
		return d.address(text, 0)
	}
	v := d.host(strings.TrimSpace(text))
	if !d.strict && v.danger != metadata && !v.disguised {
		return verdict{}
	}
	return v
}

// danger is where an address leads.
type danger uint8

// The dangers, the worst last.
const (
	none danger = iota
	internalName
	loopback
	private
	redirector
	rebinding
	disguised
	scheme
	metadata
)

// verdict is what is wrong with an address.
type verdict struct {
	danger    danger
	disguised bool   // the host is written so that it is not recognised
	handedOn  bool   // it stands in another address, for that one's server to fetch
	what      string // the host or the scheme
}

// worse returns the one of v and w that weighs more.
func (v verdict) worse(w verdict) verdict {
	if w.danger > v.danger {
		return w
	}
	return v
}

func (v verdict) finding(arg *detect.Arg) detect.Finding {
	f := detect.Finding{
		Code: v.danger.code(), Reason: v.reason(), Severity: v.severity(), Field: arg.Field, Via: arg.Via,
		End: len(arg.Text), Match: arg.Text,
	}
	if at := strings.Index(arg.Text, v.what); at >= 0 && v.what != "" {
		f.Start, f.End, f.Match = at, at+len(v.what), v.what
	}
	return f
}

func (d danger) code() string {
	return [...]string{
		"", "ssrf.internal_name", "ssrf.loopback", "ssrf.private", "ssrf.redirector", "ssrf.rebinding",
		"ssrf.disguised", "ssrf.scheme", "ssrf.metadata",
	}[d]
}

func (v verdict) reason() string {
	reason := [...]string{
		"", "fetches from a host of the internal network", "fetches from the machine that the tool itself runs on",
		"fetches from an address of the internal network", "fetches from a service that leads on to wherever its caller says",
		"fetches from a name that leads to an internal address", "writes the host so that a check does not recognise it",
		"reaches past the web, to files or to services that are not web servers",
		"fetches from a cloud's metadata service, which hands out the machine's credentials",
	}[v.danger]
	if v.handedOn {
		return "has another server do it: " + reason
	}
	return reason
}

// developers says that a command line speaks to its own machine or network: that
// is what developers do all day.
func (v verdict) developers(arg *detect.Arg) bool {
	return !v.disguised && v.danger <= private && slices.Contains(arg.Via, "shell")
}

// underTest says that a browser opens what somebody is building: a server on a high
// port of the machine itself.
func (v verdict) underTest(tool, address string) bool {
	if v.disguised || v.handedOn || v.danger != loopback {
		return false
	}
	if tool = strings.ToLower(tool); !strings.Contains(tool, "browser") && !strings.Contains(tool, "playwright") && !strings.Contains(tool, "puppeteer") {
		return false
	}
	parsed, err := url.Parse(strings.TrimSpace(address))
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && len(parsed.Port()) >= len("1024")
}

func (v verdict) severity() guard.Severity {
	switch v.danger {
	case metadata:
		return guard.SeverityCritical
	case internalName, redirector:
		return guard.SeverityMedium
	default:
		return guard.SeverityHigh
	}
}
