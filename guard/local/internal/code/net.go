package code

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// talks judges calls to other machines, and says whether this is one that nothing
// more is to be said of.
func (c *call) talks() bool {
	switch c.name {
	case "connect", "create_connection", "fsockopen", "pfsockopen", "stream_socket_client", "createConnection", "open_connection":
		c.facts.connects = true
	case "new":
		if !strings.Contains(c.base, "TCPSocket") && !strings.Contains(c.base, "IO.Socket") && !strings.Contains(c.base, "Socket.INET") {
			return false
		}
		c.facts.connects = true
	case "open":
		if c.base != "TCPSocket" {
			return false
		}
		c.facts.connects = true
	case "Dial", "DialTimeout", "TcpClient", "Socket", "TCPSocket":
		if c.name == "Socket" && c.lang != javascript && c.lang != clike {
			return false
		}
		c.facts.connects = c.facts.connects || c.name != "Socket" || c.lang == clike
	case "deleteIndex":
		return false
	default:
		return c.requests()
	}
	return true
}

// requests judges requests over HTTP and the like: where to, and with what.
func (c *call) requests() bool {
	if !isRequest(c.name) {
		return false
	}
	found := false
	for i := range c.args {
		arg := c.args[i]
		if strings.HasPrefix(arg.text, "http://") || strings.HasPrefix(arg.text, "https://") || strings.HasPrefix(arg.text, "ftp://") {
			found = true
			c.derive(detect.Arg{Kinds: detect.URL, Text: arg.text, Derived: true})
		}
	}
	if !found && !requester(c.base) {
		return false
	}
	for i := range c.args {
		switch from := c.args[i].from; {
		case from&secret != 0:
			c.finding("code.exfiltration.secret", guard.SeverityCritical, "sends keys or passwords to another machine")
		case from&environment != 0:
			c.finding("code.exfiltration.environment", guard.SeverityCritical, "sends the environment, keys and passwords included, to another machine")
		default:
			continue
		}
		return true
	}
	if c.name == "delete" && (found || c.base == "requests" || c.base == "httpx" || c.base == "axios") {
		c.delete()
	}
	return true
}

// delete judges requests.delete as it would curl -X DELETE.
func (c *call) delete() {
	inv := command.Invocation{Name: "curl", Args: []command.Word{{Text: "-X"}, {Text: "DELETE"}, {Text: c.arg(0).shown(), Quoted: true}}}
	command.Judge(c.budget, &inv, c.report)
}

func isRequest(name string) bool {
	switch name {
	case "get", "post", "put", "patch", "delete", "request", "urlopen", "Request", "urlretrieve", "fetch", "send", "sendall", "sendto",
		"axios", "curl_setopt", "Get", "Post", "PostForm", "post_form", "getstore", "download", "upload", "storbinary", "sendmail",
		"gethostbyname", "getaddrinfo", "lookup", "resolve", "got", "read_html", "readAll":
		return true
	}
	return false
}

// requester says that a name is of something that speaks HTTP.
func requester(base string) bool {
	root, _, _ := strings.Cut(base, ".")
	switch root {
	case "requests", "urllib", "urllib2", "urllib3", "httpx", "aiohttp", "http", "https", "axios", "got", "superagent", "Net", "HTTP",
		"HTTParty", "Faraday", "RestClient", "LWP", "socket", "sock", "s", "session", "client", "dns", "smtplib", "ftplib", "curl":
		return true
	}
	return false
}

// fetches says that what a call returns comes from another machine.
func (c *call) fetches() bool {
	switch c.name {
	case "get", "urlopen", "fetch", "request", "Get", "getstore", "read_html", "post", "recv", "urlretrieve":
		return requester(c.base) || c.base == "" && (c.name == "fetch" || c.name == "urlopen" || c.name == "get")
	case "file_get_contents", "open", "read":
		return strings.HasPrefix(c.arg(0).text, "http")
	}
	return false
}
