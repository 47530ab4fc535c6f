package httpexport

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

const (
	ingestPath = "/v1/traces/ingest"
	// maxAnswer bounds an acknowledgement, in which each refused trace has a line.
	maxAnswer = 1 << 20
)

// sendSpans sends what is left of the batch's spans, in one request as a rule.
func (e *Exporter) sendSpans(ctx context.Context, d *delivery) error {
	spans, lane := d.batch.Spans, &d.spans
	for lane.done < len(spans) {
		from, to := lane.done, min(lane.done+lane.size, len(spans))
		bad, err := e.ingest(ctx, d.batch.Resource, spansKey(&d.batch, from, to), spans[from:to])
		if err := lane.settle(to-from, bad, err); err != nil {
			return err
		}
	}
	return nil
}

// spansKey is the batch's own id where one request carries all of it.
func spansKey(batch *exporter.Batch, from, to int) uuid.UUID {
	if from == 0 && to == len(batch.Spans) {
		return batch.ID
	}
	return partKey(batch.ID, "spans", from, to-from)
}

// partKey identifies a request: the same part of the same batch has the same key
// on every try.
func partKey(batch uuid.UUID, what string, from, count int) uuid.UUID {
	return uuid.NewSHA1(batch, fmt.Appendf(nil, "%s %d+%d", what, from, count))
}

// ingest sends one request. It returns what the backend refused of it.
func (e *Exporter) ingest(ctx context.Context, res exporter.Resource, key uuid.UUID, chunk []*exporter.SpanData) (rejection, error) {
	enc, ok := e.encoders.Get().(*encoder)
	if !ok {
		enc = &encoder{}
	}
	defer e.encoders.Put(enc)
	body := newPayload(&e.payloads)
	defer body.release()
	body.buf = enc.appendBatch(body.buf, chunk, res)

	answer, err := e.post(ctx, ingestPath, key, body)
	if err != nil {
		return rejection{}, err
	}
	return readAcknowledgement(answer.Body, key, enc.groups)
}
