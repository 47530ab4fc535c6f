package httpexport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

const bulkPath = "/v1/annotations"

// sendAnnotations sends what is left of the batch's annotations: together where
// the backend takes that, else one after the other.
func (e *Exporter) sendAnnotations(ctx context.Context, d *delivery) error {
	lane := &d.annotations
	bulk, err := false, error(nil)
	if len(d.batch.Annotations)-lane.done > 1 {
		bulk, err = e.takesBulk(ctx, d.batch.Resource.Workspace)
	}
	for err == nil && lane.done < len(d.batch.Annotations) {
		chunk := d.batch.Annotations[lane.done:]
		if bulk {
			chunk = chunk[:min(lane.size, len(chunk))]
		} else {
			chunk = chunk[:1]
		}
		bad, sendErr := e.annotate(ctx, chunk)
		if len(chunk) > 1 && isMissing(sendErr) {
			e.bulk.Store(bulkNo)
			bulk = false
			continue
		}
		err = lane.settle(len(chunk), bad, sendErr)
	}
	return err
}

// isMissing says that the backend no longer has what it said that it has.
func isMissing(err error) bool {
	return hasStatus(err, http.StatusNotFound) || hasStatus(err, http.StatusMethodNotAllowed)
}

var errNoValue = errors.New("annotation's value is no JSON")

func (e *Exporter) annotate(ctx context.Context, chunk []*exporter.Annotation) (rejection, error) {
	body := newPayload(&e.payloads)
	defer body.release()
	if len(chunk) > 1 {
		return e.annotateBulk(ctx, chunk, body)
	}
	a := chunk[0]
	if !json.Valid(a.Value) {
		return rejection{1, errNoValue}, nil
	}
	body.buf = appendAnnotation(body.buf, a)
	_, err := e.post(ctx, "/v1/traces/"+a.TraceID.String()+"/annotations", uuid.Nil, body)
	return rejection{}, err
}

func (e *Exporter) annotateBulk(ctx context.Context, chunk []*exporter.Annotation, body *payload) (rejection, error) {
	var bad rejection
	body.buf = append(body.buf, `{"annotations":[`...)
	for _, a := range chunk {
		if !json.Valid(a.Value) {
			bad.count, bad.cause = bad.count+1, errNoValue
			continue
		}
		if body.buf[len(body.buf)-1] != '[' {
			body.buf = append(body.buf, ',')
		}
		body.buf = appendAnnotation(body.buf, a)
	}
	body.buf = append(body.buf, "]}"...)
	if bad.count == len(chunk) {
		return bad, nil
	}
	answer, err := e.post(ctx, bulkPath, uuid.Nil, body)
	if err != nil {
		return rejection{}, err
	}
	if n := rejectedInBulk(answer.Body); n > 0 {
		bad.count, bad.cause = min(bad.count+n, len(chunk)), errBulkRejected
	}
	return bad, nil
}

var errBulkRejected = errors.New("backend rejected annotations")

// rejectedInBulk reads the one count that matters. A 2xx without it took all.
func rejectedInBulk(body []byte) int {
	var answer struct {
		Rejected int `json:"rejected"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return 0
	}
	return max(answer.Rejected, 0)
}

// appendAnnotation appends what both calls take. The ids may be left out; a
// value that is no UTF-8 is mended, or the whole body would be refused.
func appendAnnotation(dst []byte, a *exporter.Annotation) []byte {
	dst = appendUUID(append(dst, `{"trace_id":`...), a.TraceID)
	if a.ID != uuid.Nil {
		dst = appendUUID(append(dst, `,"id":`...), a.ID)
	}
	if a.SpanID != uuid.Nil {
		dst = appendUUID(append(dst, `,"span_id":`...), a.SpanID)
	}
	dst = appendString(append(dst, `,"name":`...), a.Name)
	dst = appendString(append(dst, `,"data_type":`...), string(a.DataType))
	dst = append(dst, `,"value":`...)
	if utf8.Valid(a.Value) {
		dst = append(dst, a.Value...)
	} else {
		dst = append(dst, bytes.ToValidUTF8(a.Value, []byte("\uFFFD"))...)
	}
	if a.Comment != "" {
		dst = appendString(append(dst, `,"comment":`...), a.Comment)
	}
	if !a.Time.IsZero() {
		dst = appendTime(append(dst, `,"timestamp":`...), a.Time)
	}
	return append(dst, '}')
}
