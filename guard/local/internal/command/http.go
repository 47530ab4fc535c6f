package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// request is what curl and its like would send.
type request struct {
	method string
	url    *Word
	sends  bool // it has a body
}

// httpValued are the options of curl and wget whose value is the next word, and no
// address.
const httpValued = " -X --request -d --data --data-raw --data-binary --data-urlencode --data-ascii -F --form --form-string -H --header -o --output -T --upload-file" +
	" -u --user -A --user-agent -b --cookie -c --cookie-jar -e --referer -x --proxy -K --config -m --max-time -w --write-out -E --cert --key --cacert --retry" +
	" --connect-timeout --unix-socket --resolve --proto --tls-max -r --range -C --continue-at --json --max-redirs --retry-delay --limit-rate -O --output-document" +
	" --method --post-data --post-file --body-data --body-file -P --directory-prefix -t --tries --timeout -i --input-file --password --auth -a --form-escape" +
	" -Y -y -z --url --interface --dns-servers --proxy-user --oauth2-bearer --aws-sigv4 --ciphers --header-file --user-agent --out --dir "

// http judges requests over HTTP: what they delete, what they give away, where
// what they fetch is written.
func (j *judge) http() {
	r := j.request()
	walk := j.operands(j.httpValued())
	for word := walk.next(); word != nil; word = walk.next() {
		if isMethod(word.Text) && isHTTPie(j.Name) {
			continue
		}
		if isHTTPie(j.Name) && r.url != nil {
			j.item(word)
			continue
		}
		if r.url = word; strings.ContainsAny(word.Text, ".:/$") || word.Text == "localhost" {
			j.derive(detect.URL, "", word.Text)
			j.administer(r)
		}
	}
	if url, ok := j.value("--url"); ok {
		r.url = &url
		j.derive(detect.URL, "", url.Text)
		j.administer(r)
	}
	if j.uploads() || j.leakInWords() {
		return
	}
	j.saves()
}

// httpValued is without -O for curl, whose -O takes no value.
func (j *judge) httpValued() string {
	if j.Name == "curl" {
		return strings.Replace(httpValued, " -O ", " ", 1)
	}
	return httpValued
}

func isHTTPie(name string) bool {
	switch name {
	case "http", "https", "xh", "xhs", "httpie":
		return true
	}
	return false
}

func isMethod(text string) bool {
	switch text {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return true
	}
	return false
}

// request is what the options say of the request.
func (j *judge) request() request {
	r := request{method: "GET"}
	for i := range j.Args {
		word := &j.Args[i]
		switch {
		case isHTTPie(j.Name) && isMethod(word.Text):
			r.method = word.Text
			return r
		case j.isData(i):
			r.sends = true
		}
	}
	if r.sends {
		r.method = "POST"
	}
	for _, option := range [...]string{"-X", "--request", "--method"} {
		if method, ok := j.value(option); ok {
			r.method = strings.ToUpper(method.Text)
		}
	}
	if j.clustered('X') {
		r.method = "DELETE"
	}
	return r
}

// clustered says that DELETE follows a cluster of options that ends in letter, as
// in -sX DELETE.
func (j *judge) clustered(letter byte) bool {
	for i := 1; i < len(j.Args); i++ {
		option := j.Args[i-1].Text
		if isOption(option) && option[1] != '-' && option[len(option)-1] == letter && strings.EqualFold(j.Args[i].Text, "DELETE") {
			return true
		}
	}
	return false
}

// isData says that the option at i has the request carry something.
func (j *judge) isData(i int) bool {
	text := j.Args[i].Text
	for _, option := range [...]string{"--data", "--json", "--form", "--post-data", "--post-file", "--body-data", "--upload-file"} {
		if strings.HasPrefix(text, option) {
			return true
		}
	}
	return strings.HasPrefix(text, "-d") || strings.HasPrefix(text, "-F") || j.Name == "curl" && strings.HasPrefix(text, "-T")
}

// uploads judges the files that a request carries, and says whether there is a
// finding.
func (j *judge) uploads() bool {
	for i := range j.Args {
		if !isOption(j.Args[i].Text) || i+1 >= len(j.Args) && !strings.Contains(j.Args[i].Text, "@") {
			continue
		}
		for _, option := range [...]string{
			"-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--data-ascii", "-F",
			"--form", "--json",
		} {
			value, ok := j.valueAt(i, option)
			if !ok {
				continue
			}
			if _, file, found := strings.Cut(value.Text, "@"); found && j.carries(value, file) {
				return true
			}
			if _, file, found := strings.Cut(value.Text, "=<"); found && j.carries(value, file) {
				return true
			}
		}
		for _, option := range [...]string{"-T", "--upload-file", "--post-file", "--body-file"} {
			if value, ok := j.valueAt(i, option); ok && j.carries(value, value.Text) {
				return true
			}
		}
	}
	return false
}

// carries judges a request that carries a file, "-" being the input.
func (j *judge) carries(value Word, file string) bool {
	if file == "-" || file == "." {
		return j.leakInput()
	}
	value.Text, _, _ = strings.Cut(file, ";")
	return j.leak(&value)
}

// item judges what stands behind the address for httpie: field@file.
func (j *judge) item(word *Word) {
	if _, file, ok := strings.Cut(word.Text, "@"); ok {
		at := *word
		at.Text = file
		j.leak(&at)
	}
}

// saves judges where what is fetched is written.
func (j *judge) saves() {
	for _, option := range [...]string{
		"-o", "--output", "-O", "--output-document", "-P", "--directory-prefix", "--out", "-d", "-D",
		"--dump-header", "-c",
	} {
		if option == "-O" && j.Name == "curl" || option == "-d" && j.Name != "aria2c" || option == "-c" && j.Name != "curl" {
			continue
		}
		if to, ok := j.value(option); ok && !strings.HasPrefix(to.Text, "http") && j.write(&to) {
			return
		}
	}
	if socket, ok := j.value("--unix-socket"); ok && strings.Contains(socket.Text, "docker.sock") {
		j.find("docker.socket", guard.SeverityHigh, "talks to the service that runs containers, and so to the whole machine", &socket)
	}
}
