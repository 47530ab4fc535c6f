package staso

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// Sampler decides whether the trace that a span begins is recorded.
type Sampler func(SamplingParameters) bool

// SamplingParameters is what is known of a trace at its start.
type SamplingParameters struct {
	TraceID uuid.UUID
	Name    string
	Kind    Kind
}

func (t *Tracer) sample(id uuid.UUID, name string, kind Kind) (sampled bool) {
	if t.sampler == nil {
		return true
	}
	defer func() {
		if r := recover(); r != nil {
			t.trouble.panicked("sampler", r)
			sampled = true
		}
	}()
	return t.sampler(SamplingParameters{TraceID: id, Name: name, Kind: kind})
}

// ratioSampler compares the low half of the trace id, which is random, with a
// threshold.
func ratioSampler(ratio float64) Sampler {
	if ratio >= 1 {
		return func(SamplingParameters) bool { return true }
	}
	threshold := uint64(ratio * (1 << 63) * 2)
	return func(p SamplingParameters) bool { return binary.BigEndian.Uint64(p.TraceID[8:]) < threshold }
}
