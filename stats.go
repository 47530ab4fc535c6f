package staso

// Counts is the book of one sort of item. At any moment,
// Ended = Exported + Pending + all of Dropped + all of Failed.
type Counts struct {
	Ended    int64 `json:"ended"`
	Exported int64 `json:"exported"`
	Pending  int64 `json:"pending"`
	// Dropped counts what never reached the exporter: queue_full, sampled,
	// user_drop, after_shutdown, oversized.
	Dropped map[Reason]int64 `json:"dropped,omitempty"`
	// Failed counts what the exporter did not deliver.
	Failed map[Reason]int64 `json:"failed,omitempty"`
}

// Stats is one consistent look at what became of everything so far.
type Stats struct {
	Spans       Counts `json:"spans"`
	Annotations Counts `json:"annotations"`
	// Provisional counts roots that were sent at their start; they are not among
	// Spans.
	Provisional Counts `json:"provisional"`
	// PendingBytes is the memory that Pending items hold, estimated.
	PendingBytes int64 `json:"pending_bytes"`
	// RedactorFailures counts fields that were suppressed because the redactor
	// panicked or returned no JSON.
	RedactorFailures int64 `json:"redactor_failures"`
}

// Stats returns the books as they stand.
func (t *Tracer) Stats() Stats {
	if t == nil || t.pipeline == nil {
		return Stats{}
	}
	s := t.pipeline.Stats()
	return Stats{
		Spans:            Counts(s.Spans),
		Annotations:      Counts(s.Annotations),
		Provisional:      Counts(s.Provisional),
		PendingBytes:     s.PendingBytes,
		RedactorFailures: t.redactions.Load(),
	}
}
