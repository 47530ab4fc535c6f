package exporter

import "fmt"

// Kind says what sort of work a span is.
type Kind uint8

// The kinds. A span that names none is custom.
const (
	KindCustom    Kind = iota
	KindLLM            // a call of a model
	KindTool           // a call of a tool
	KindChain          // a fixed sequence of steps
	KindRetriever      // a look-up in a store of knowledge
	KindAgent          // an agent's turn: the loop around models and tools
)

// Status says how a span ended.
type Status uint8

// The statuses. A span that names none is ok.
const (
	StatusOK Status = iota
	StatusError
	StatusTimeout // the deadline of its context passed
)

// String returns the kind's name on the wire, for instance "llm".
func (k Kind) String() string {
	switch k {
	case KindCustom:
		return "custom"
	case KindLLM:
		return "llm"
	case KindTool:
		return "tool"
	case KindChain:
		return "chain"
	case KindRetriever:
		return "retriever"
	case KindAgent:
		return "agent"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText gives the kind's name on the wire.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText takes a kind's name on the wire. A name that it does not know
// is an error; a backend takes it for custom.
func (k *Kind) UnmarshalText(text []byte) error {
	for known := KindCustom; known <= KindAgent; known++ {
		if string(text) == known.String() {
			*k = known
			return nil
		}
	}
	return fmt.Errorf("kind %.40q: want llm, tool, chain, retriever, agent or custom", text)
}

// String returns the status's name on the wire, for instance "error".
func (s Status) String() string {
	switch s {
	case StatusOK:
		return "ok"
	case StatusError:
		return "error"
	case StatusTimeout:
		return "timeout"
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// MarshalText gives the status's name on the wire.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes a status's name on the wire.
func (s *Status) UnmarshalText(text []byte) error {
	for known := StatusOK; known <= StatusTimeout; known++ {
		if string(text) == known.String() {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("status %.40q: want ok, error or timeout", text)
}
