package staso

import (
	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// Usage counts the tokens of one model call. InputTokens includes what was read
// from and written to a cache, OutputTokens includes reasoning; a TotalTokens of
// zero means the sum of the two.
type Usage = exporter.Usage

// Kind says what sort of work a span is.
type Kind = exporter.Kind

// The kinds of spans. A span that names none is custom.
const (
	KindLLM       = exporter.KindLLM
	KindTool      = exporter.KindTool
	KindChain     = exporter.KindChain
	KindRetriever = exporter.KindRetriever
	KindAgent     = exporter.KindAgent
	KindCustom    = exporter.KindCustom
)

// Status says how a span ended.
type Status = exporter.Status

// The statuses of spans. A span that names none is ok.
const (
	StatusOK      = exporter.StatusOK
	StatusError   = exporter.StatusError
	StatusTimeout = exporter.StatusTimeout
)

// CapturePolicy says, by category of content, what may leave the process. The zero
// value captures everything; see [WithCapture].
type CapturePolicy = exporter.CapturePolicy

// The two answers of a [CapturePolicy].
const (
	Captured   = exporter.Captured
	Suppressed = exporter.Suppressed
)

// agentNamespace is the namespace of agent ids, the same in every client.
const agentNamespace = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"

// AgentID returns the id that an agent's name stands for: a UUIDv5, the same in
// every Staso client. The empty name has [uuid.Nil].
func AgentID(name string) uuid.UUID {
	if name == "" {
		return uuid.Nil
	}
	return uuid.NewSHA1(uuid.MustParse(agentNamespace), []byte(name))
}
