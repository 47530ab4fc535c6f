package shell

import "github.com/staso-go/staso/guard/local/internal/command"

// taint is where something comes from, as far as that matters.
type taint struct {
	// secret names the secret that may be in it, and is empty where there is none.
	secret string
	// network says that it came from elsewhere.
	network bool
	// decoded says that it came out of a decoder whose input is not known.
	decoded bool
	// process is the name of the processes that it holds the numbers of, "*" for
	// those of all.
	process string
	// via is the decodings that known text went through, outermost first.
	via string
}

func (t taint) with(o taint) taint {
	if t.secret == "" {
		t.secret = o.secret
	}
	if t.via == "" {
		t.via = o.via
	}
	if t.process == "" {
		t.process = o.process
	}
	t.network = t.network || o.network
	t.decoded = t.decoded || o.decoded
	return t
}

// stream is what flows out of one program and into the next.
type stream struct {
	text string
	// known says that text is the whole of it. A stream that nobody writes to is
	// not known.
	known bool
	taint taint
	// from is the program that wrote it last; nil where it is none.
	from *command.Invocation
	// socket says that the other end is a network connection.
	socket bool
}

// unknown is what a program makes of its input where that cannot be followed.
func (s stream) unknown(from *command.Invocation) stream {
	return stream{taint: s.taint, from: from}
}

// followed is an output that is known; where it is too long to be followed it is
// not.
func (s stream) followed(text string, from *command.Invocation) stream {
	if len(text) > maxValue {
		return s.unknown(from)
	}
	return stream{text: text, known: true, taint: s.taint, from: from}
}

// then is what two programs write one after the other.
func (s stream) then(next stream) stream {
	switch {
	case next.from == nil && !next.known && next.taint == (taint{}):
		return s
	case s.from == nil && !s.known && s.taint == (taint{}):
		return next
	case s.known && next.known && len(s.text)+len(next.text) <= maxValue:
		return stream{text: s.text + next.text, known: true, taint: s.taint.with(next.taint), from: next.from}
	}
	return stream{taint: s.taint.with(next.taint), from: next.from}
}
