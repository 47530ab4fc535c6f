package prompt

import (
	"bytes"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// roles looks at words that give a role: you are now DAN.
func roles(r *reader, at, _ int) {
	w := r.about(at)
	if w.at >= w.n {
		return
	}
	free, limits := w.find(12, isFree), w.find(24, r.limits.has)
	without := w.find(24, func(word []byte) bool {
		return string(word) == "without" || string(word) == "no" || string(word) == "ignores"
	})
	switch mode := w.find(8, isMode); {
	case free > 0 && free < 6 && (string(w.word(1)) == "are" || w.find(free+2, isMachine) > 0):
		r.add(role, 1, at, w.place(free))
	case mode > 0 && string(w.word(1)) == "are":
		r.add(role, 1, at, w.place(mode))
	case limits > 0 && without > 0 && without < limits && limits-without < 4:
		r.add(role, 0.9, at, w.place(limits))
	}
}

// lines looks at the name of a speaker at the beginning of a line.
func lines(r *reader, at, n int) {
	if at > 0 && r.text[at-1] != '\n' {
		return
	}
	weight := 0.4
	if at == 0 {
		weight = 0.2
	}
	if strings.HasPrefix(r.text[at:], "System:") || strings.HasPrefix(r.text[at:], "SYSTEM:") {
		weight += 0.2
	}
	r.add(marker, weight, at, at+n)
}

// extracts looks at what an agent has been told: whether it is asked for.
func extracts(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n {
		return
	}
	telling := w.findBack(8, isTelling)
	if telling == 0 || w.findBack(8, isNegation) > 0 {
		return
	}
	weight := 0.4
	for by := 0; by <= 3; by++ {
		switch string(w.word(-by)) {
		case "your", "the", "its", "this", "all", "initial", "hidden", "entire", "full", "exact", "above":
			weight = 1
		case "a", "an", "my", "our", "good", "i", "we":
			weight = min(weight, 0.3)
			by = 4
		}
	}
	if string(w.word(-telling)) == "write" {
		weight = min(weight, 0.3)
	}
	r.add(extraction, weight, w.start+w.words[w.at-telling].start, at+n)
}

// secrets looks at a password or key: whether the agent is asked for it.
func secrets(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n || w.findBack(9, isNegation) > 0 {
		return
	}
	telling := w.findBack(6, func(word []byte) bool {
		return isTelling(word) || string(word) == "need" || string(word) == "confirm" || string(word) == "know"
	})
	if telling == 0 || w.findBack(8, func(word []byte) bool { return string(word) == "if" || string(word) == "how" }) > 0 {
		return
	}
	verb, weight := string(w.word(-telling)), 0.5
	yours := w.findBack(2, isYours) > 0 || scan.HasPrefixFold(r.text[at:], "your")
	if yours && verb != "need" && verb != "confirm" && verb != "provide" && verb != "send" && verb != "include" && verb != "write" && stops(r.text[at+n:]) {
		weight = 1
	}
	r.add(extraction, weight, w.start+w.words[w.at-telling].start, at+n)
}

// stops says that a thing's name ends there: "your password?" is asked for, "your
// password policy" is not.
func stops(rest string) bool {
	rest = strings.TrimLeft(rest, "s\"')")
	if rest == "" || strings.IndexByte(".?!,;:\n", rest[0]) >= 0 {
		return true
	}
	for _, word := range [...]string{" in ", " for ", " to ", " so ", " be ", " now", " and ", " please", " with "} {
		if scan.HasPrefixFold(rest, word) {
			return true
		}
	}
	return false
}

// conceals looks at what is not to be told: whether it is the user who must not know.
func conceals(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n {
		return
	}
	whom := w.find(7, isUser)
	if whom == 0 {
		return
	}
	weight := 0.8
	if r.output {
		weight = 1
	}
	r.add(concealment, weight, at, max(at+n, w.place(whom)))
}

// sends looks at what an agent has at hand: whether it is to be sent somewhere.
func sends(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n || w.findBack(10, isSending) == 0 {
		return
	}
	rest := r.text[at:min(len(r.text), at+160)]
	if end := strings.IndexByte(rest, '\n'); end > 0 {
		rest = rest[:end]
	}
	where := strings.Index(rest, "http")
	if where < 0 {
		where = strings.IndexByte(rest, '@')
	}
	if where > 0 && strings.Contains(rest[:where], " to ") {
		r.add(exfiltration, 1, at, at+max(n, where))
	}
}

// addresses looks at words that speak to a machine: whether an order follows.
func addresses(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n {
		return
	}
	order := w.find(16, func(word []byte) bool {
		switch string(word) {
		case "must", "ignore", "disregard", "instead", "immediately", "follow", "execute", "important", "obey", "override":
			return true
		}
		return false
	})
	if order == 0 {
		return
	}
	weight := 0.4
	rest := r.text[at:min(len(r.text), at+n+12)]
	if scan.HasPrefixFold(rest, "if you") || strings.Contains(rest, "reading") || scan.HasPrefixFold(rest, "attention") ||
		scan.HasPrefixFold(rest, "note to") || scan.HasPrefixFold(rest, "instructions for") || scan.HasPrefixFold(rest, "dear") {
		weight = 1
	}
	r.add(override, weight, at, w.place(order))
}

// comments looks at a comment of HTML: it speaks to a machine if it speaks at all.
func comments(r *reader, at, _ int) {
	if at < r.until.comments {
		return
	}
	rest := r.text[at:min(len(r.text), at+1024)]
	end := strings.Index(rest, "-->")
	if end < 0 {
		end = len(rest)
	}
	r.until.comments = at + end
	body, n := bytes.ToLower([]byte(rest[:end])), 0
	for _, word := range [...]string{
		"ignore", "disregard", "instruction", "assistant", "llm", " ai ", "ai:", "you must", "system prompt", "the user", "do not tell", "summariz", "respond", "agent",
	} {
		if bytes.Contains(body, []byte(word)) {
			n++
		}
	}
	if n >= 2 {
		r.add(hiddenText, 0.5*float64(n-1)+0.1, at, at+end)
	}
}

// repeats looks at an order to say something many times.
func repeats(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n {
		return
	}
	if by := w.find(16, func(word []byte) bool { return string(word) == "times" || string(word) == "forever" }); by > 0 {
		r.add(flood, 0.5, at, max(at+n, w.place(by)))
	}
}
