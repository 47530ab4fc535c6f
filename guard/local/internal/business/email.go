package business

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
)

type emailRules struct {
	allow, deny, internal glob.Set
	allowed               bool // there is an allow list
	most                  int  // recipients; 0 is any number
	attachments           string
}

// NewEmailRules makes the detector of email_rules. Of what is sent by mail it finds
// lines of a header smuggled into an address or a subject, always; recipients whose
// domain is not among "allow_domains", or is among "deny_domains"; more than
// "max_recipients"; and attachments where "attachments" is "none", or is "internal"
// and a recipient's domain is not among "internal_domains". Domains are globs:
// "example.com" is that one alone, "*.example.com" those below it.
func NewEmailRules(with detect.Params) (detect.Detector, error) {
	params := struct {
		Allow       []string `json:"allow_domains"`
		Deny        []string `json:"deny_domains"`
		Internal    []string `json:"internal_domains"`
		Most        int      `json:"max_recipients"`
		Attachments string   `json:"attachments"`
	}{Attachments: "any"}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	e := &emailRules{most: params.Most, attachments: params.Attachments, allowed: params.Allow != nil}
	switch {
	case params.Most < 0:
		return nil, fmt.Errorf("with: max_recipients is %d: it must be 1 or more", params.Most)
	case e.attachments != "any" && e.attachments != "internal" && e.attachments != "none":
		return nil, fmt.Errorf("with: attachments is %q: use any, internal or none", e.attachments)
	case e.attachments == "internal" && len(params.Internal) == 0:
		return nil, fmt.Errorf("with: attachments is internal, but internal_domains is missing")
	}
	for _, list := range []struct {
		name    string
		domains []string
		into    *glob.Set
	}{
		{"allow_domains", params.Allow, &e.allow},
		{"deny_domains", params.Deny, &e.deny},
		{"internal_domains", params.Internal, &e.internal},
	} {
		set, err := globs(list.name, list.domains)
		if err != nil {
			return nil, err
		}
		*list.into = set
	}
	return e, nil
}

// Detect looks at calls that send mail.
func (e *emailRules) Detect(c *detect.Call, report func(detect.Finding)) {
	mails := hasWord(c.Tool, isMail)
	m := mail{rules: e, report: report}
	for arg := range own(c) {
		if !c.Budget.Spend(len(arg.Text)) {
			return
		}
		role := roleOf(arg, mails)
		if role == noRole {
			continue
		}
		if role == attachment {
			m.attached = m.attached || strings.TrimSpace(arg.Text) != ""
			continue
		}
		injection(arg, report)
		if role == recipients {
			m.read(arg)
		}
	}
	m.whole()
}

// role is what an argument is of a mail.
type role uint8

const (
	noRole role = iota
	recipients
	header // subject, sender: one line each
	attachment
)

// roleOf goes by the argument's name. Names that others than mails have count for
// tools of mail alone, and "to" where it holds an address.
func roleOf(arg *detect.Arg, mails bool) role {
	found := noRole
	words(name(arg), func(word string) bool {
		switch word {
		case "cc", "bcc", "recipient", "recipients", "attendees", "invitees":
			found = recipients
		case "to", "email", "emails", "mailto", "address", "addresses", "guests", "participants":
			if mails || word == "to" && strings.IndexByte(arg.Text, '@') >= 0 {
				found = recipients
			}
		case "subject", "from", "sender":
			if mails {
				found = header
			}
		case "attachment", "attachments", "attach":
			found = attachment
		}
		return found == noRole
	})
	if found == recipients && hasWord(name(arg), func(word string) bool { return word == "from" || word == "sender" || word == "reply" }) {
		return header
	}
	return found
}

func isMail(word string) bool {
	switch word {
	case "mail", "email", "mails", "emails", "gmail", "outlook", "smtp", "sendmail", "sendgrid", "mailgun", "newsletter":
		return true
	}
	return false
}

// injection finds a line of a mail's header that begins inside another.
func injection(arg *detect.Arg, report func(detect.Finding)) {
	at := headerLine(arg.Text)
	for i := 0; at < 0 && i < len(arg.Views); i++ {
		at = headerLine(arg.Views[i].Text)
	}
	if at < 0 {
		return
	}
	report(detect.Finding{
		Code: "email.header_injection", Severity: guard.SeverityHigh, Field: arg.Field, End: len(arg.Text), Match: arg.Text,
		Reason: "Adds lines of its own to the header of a mail: recipients or content that nobody sees.",
	})
}

// headerLine is where a line begins that a mail's header would take for its own; -1
// where none does.
func headerLine(text string) int {
	for i := range len(text) {
		if text[i] != '\n' && text[i] != '\r' {
			continue
		}
		line := strings.TrimLeft(text[i:], "\r\n")
		colon := strings.IndexByte(line[:min(len(line), 40)], ':')
		if colon > 0 && isHeader(strings.ToLower(strings.TrimSpace(line[:colon]))) {
			return i
		}
	}
	return -1
}

func isHeader(name string) bool {
	switch name {
	case "to", "cc", "bcc", "from", "sender", "subject", "reply-to", "return-path", "mime-version",
		"content-type", "content-transfer-encoding", "content-disposition":
		return true
	}
	return strings.HasPrefix(name, "x-")
}

// mail is what is gathered of one mail.
type mail struct {
	rules    *emailRules
	report   func(detect.Finding)
	count    int
	outside  string // a recipient that is not internal
	attached bool
}

func (m *mail) read(arg *detect.Arg) {
	for one := range addresses(arg.Text) {
		m.count++
		domain := domainOf(one)
		if m.outside == "" && !m.rules.internal.Match(domain) {
			m.outside = one
		}
		finding := detect.Finding{
			Severity: guard.SeverityHigh, Field: arg.Field, Match: one,
			Start: strings.Index(arg.Text, one), End: strings.Index(arg.Text, one) + len(one),
		}
		switch {
		case domain == "" && (m.rules.allowed || len(m.rules.deny) > 0):
			finding.Code, finding.Reason = "email.unreadable_address", "Writes to an address whose domain cannot be told."
		case m.rules.deny.Match(domain):
			finding.Code, finding.Reason = "email.denied_domain", fmt.Sprintf("Writes to %s, which must not be written to.", domain)
		case m.rules.allowed && !m.rules.allow.Match(domain):
			finding.Code, finding.Reason = "email.domain_not_allowed", fmt.Sprintf("Writes to %s, which is not among the domains that may be written to.", domain)
		default:
			continue
		}
		m.report(finding)
	}
}

// whole judges what no single recipient shows.
func (m *mail) whole() {
	if m.rules.most > 0 && m.count > m.rules.most {
		m.report(detect.Finding{
			Code: "email.too_many_recipients", Severity: guard.SeverityMedium,
			Reason: fmt.Sprintf("Writes to %d recipients at once, more than %d.", m.count, m.rules.most),
		})
	}
	switch {
	case !m.attached || m.rules.attachments == "any":
	case m.rules.attachments == "none":
		m.report(detect.Finding{
			Code: "email.attachment", Severity: guard.SeverityMedium,
			Reason: "Sends an attachment, which must not be sent by mail.",
		})
	case m.outside != "":
		m.report(detect.Finding{
			Code: "email.attachment_outside", Severity: guard.SeverityHigh,
			Reason: fmt.Sprintf("Sends an attachment to %s, outside the house.", domainOf(m.outside)),
		})
	}
}

// addresses takes a list of addresses apart: at commas, semicolons and line ends
// that are not inside quotes.
func addresses(list string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, quoted := 0, false
		for i := 0; i <= len(list); i++ {
			if i < len(list) {
				switch list[i] {
				case '"':
					quoted = !quoted
					continue
				case ',', ';', '\n', '\r':
					if quoted && list[i] != '\n' && list[i] != '\r' {
						continue
					}
					quoted = false
				default:
					continue
				}
			}
			one := strings.Trim(list[start:i], " \t")
			start = i + 1
			if one != "" && !yield(one) {
				return
			}
		}
	}
}

// domainOf is the domain of one address, in lower case; empty where it cannot be
// told for certain.
func domainOf(address string) string {
	if open := strings.LastIndexByte(address, '<'); open >= 0 {
		address = strings.TrimSuffix(strings.TrimSpace(address[open+1:]), ">")
	}
	address = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(address)), "mailto:")
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(domain, "@\"()<>[]%!?: \t\\") {
		return ""
	}
	return strings.TrimSuffix(domain, ".")
}
