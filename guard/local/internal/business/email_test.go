package business_test

import (
	"testing"

	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestEmailRulesFindInjectedHeaders(t *testing.T) {
	t.Parallel()
	const injection = "email.header_injection"
	check(t, build(t, business.NewEmailRules, `{}`), []row{
		hit("send_email", `{"to": "a@x.org\nBcc: b@y.org", "subject": "Hi"}`, injection),
		hit("send_email", `{"to": "a@x.org", "subject": "Hi\r\nContent-Type: text/html\r\n\r\n<b>"}`, injection),
		hit("send_email", `{"to": "a@x.org%0d%0abcc:b@y.org"}`, injection),
		hit("send_email", `{"from": "me@x.org\nX-Mailer: z", "to": "a@x.org"}`, injection),
		miss("send_email", `{"to": "a@x.org\nb@y.org", "subject": "Hi"}`),
		miss("send_email", `{"to": "a@x.org", "body": "Hi\nSubject: a quoted mail\nTo: somebody"}`),
		miss("send_email", `{"to": "a@x.org", "subject": "Re: to: all"}`),
		miss("find_user", `{"email": "a@x.org"}`),
	})
}

func TestEmailRulesOnRecipients(t *testing.T) {
	t.Parallel()
	const denied, not, unclear, many = "email.denied_domain", "email.domain_not_allowed", "email.unreadable_address", "email.too_many_recipients"
	check(t, build(t, business.NewEmailRules, `{"allow_domains": ["example.com", "*.example.com"], "deny_domains": ["old.example.com"], "max_recipients": 3}`), []row{
		miss("send_email", `{"to": "Ann <ann@example.com>, bob@EU.example.com"}`),
		miss("send_email", `{"to": ["ann@example.com."], "body": "write to eve@evil.org"}`),
		hit("send_email", `{"to": "ann@example.com", "cc": ["eve@evil.org"]}`, not),
		hit("send_email", `{"to": "ann@example.com; eve@evil.org"}`, not),
		hit("send_email", `{"to": "ann@example.com.evil.org"}`, not),
		hit("send_email", `{"to": "ann@example.com@evil.org"}`, unclear),
		hit("send_email", `{"to": "ann@example.com <eve@evil.org>"}`, not),
		hit("send_email", `{"to": "\"ann@example.com, x\" <eve@evil.org>"}`, not),
		hit("send_email", `{"to": "eve@evil.org(@example.com"}`, unclear),
		hit("send_email", `{"to": "everyone"}`, unclear),
		hit("send_email", `{"to": "x@old.example.com"}`, denied),
		hit("send_email", `{"to": "a@example.com,b@example.com", "bcc": "c@example.com,d@example.com"}`, many),
		hit("invite", `{"attendees": ["eve@evil.org"]}`, not),
		hit("send", `{"to": "eve@evil.org"}`, not),
		miss("travel", `{"to": "Paris", "email": "eve@evil.org"}`),
		miss("find_user", `{"email": "eve@evil.org"}`),
		miss("send_email", `{"to": "a@example.com", "reply_to": "x@elsewhere.org"}`),
	})
}

func TestEmailRulesOnAttachments(t *testing.T) {
	t.Parallel()
	check(t, build(t, business.NewEmailRules, `{"attachments": "internal", "internal_domains": ["example.com"]}`), []row{
		miss("send_email", `{"to": "ann@example.com", "attachments": ["q3.pdf"]}`),
		miss("send_email", `{"to": "eve@evil.org", "attachments": []}`),
		miss("send_email", `{"to": "eve@evil.org", "attachment": ""}`),
		hit("send_email", `{"to": "ann@example.com,eve@evil.org", "attachments": ["q3.pdf"]}`, "email.attachment_outside"),
	})
	check(t, build(t, business.NewEmailRules, `{"attachments": "none"}`), []row{
		hit("send_email", `{"to": "ann@example.com", "attachments": ["q3.pdf"]}`, "email.attachment"),
		miss("send_email", `{"to": "ann@example.com"}`),
	})
	refuses(t, business.NewEmailRules, map[string]string{
		`{"attachments": "some"}`:     "any, internal or none",
		`{"attachments": "internal"}`: "internal_domains is missing",
		`{"max_recipients": -1}`:      "1 or more",
		`{"allow_domains": ["{"]}`:    "allow_domains",
	})
}
