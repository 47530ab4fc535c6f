package httpexport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/jsonenc"
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
		bad, sendErr := e.annotate(ctx, d.batch.Resource, partKey(d.batch.ID, "annotations", lane.done, len(chunk)), chunk)
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

// annotate sends chunk in one request. It returns what was not taken.
func (e *Exporter) annotate(ctx context.Context, res exporter.Resource, key uuid.UUID, chunk []*exporter.Annotation) (rejection, error) {
	body := newPayload(&e.payloads)
	defer body.release()
	path := bulkPath
	var sent int
	if len(chunk) == 1 {
		path = "/v1/traces/" + chunk[0].TraceID.String() + "/annotations"
		body.buf, sent = appendOne(body.buf, chunk[0], res.Workspace)
	} else {
		body.buf, sent = appendBulk(body.buf, chunk, res.Workspace)
	}
	bad := rejection{len(chunk) - sent, errNoValue}
	if sent == 0 {
		return bad, nil
	}
	answer, err := e.post(ctx, path, key, body)
	if err != nil {
		return rejection{}, err
	}
	if len(chunk) == 1 {
		return bad, checkStored(answer.Body)
	}
	rejected, err := readBulkAnswer(answer.Body, sent)
	if rejected > 0 {
		bad = rejection{bad.count + rejected, errBulkRejected}
	}
	return bad, err
}

var (
	errNoValue      = errors.New("annotation's value is no JSON")
	errBulkRejected = errors.New("backend rejected annotations")
)

// checkStored takes every answer but a page of something else, such as the login
// of a network.
func checkStored(body []byte) error {
	if body = bytes.TrimSpace(body); len(body) > 0 && !json.Valid(body) {
		return &exporter.RetryableError{Err: errors.New("answer to annotation: it is no JSON")}
	}
	return nil
}

// readBulkAnswer returns how many the backend rejected. An answer that does not
// account for every annotation is an error, as it is for spans.
func readBulkAnswer(body []byte, sent int) (rejected int, err error) {
	var answer struct {
		Accepted int `json:"accepted"`
		Rejected int `json:"rejected"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, malformed(fmt.Errorf("it is not the JSON that was expected: %w", err))
	}
	if answer.Accepted < 0 || answer.Rejected < 0 || answer.Accepted+answer.Rejected != sent {
		return 0, malformed(fmt.Errorf("%d annotations were sent, %d accepted and %d rejected",
			sent, answer.Accepted, answer.Rejected))
	}
	return answer.Rejected, nil
}

// appendBulk appends the body for many. It leaves out, and does not count, those
// whose value would spoil the rest.
func appendBulk(dst []byte, chunk []*exporter.Annotation, workspace string) (body []byte, sent int) {
	dst = jsonenc.AppendString(append(dst, `{"workspace_slug":`...), workspace)
	dst = append(dst, `,"annotations":[`...)
	for _, a := range chunk {
		if sent > 0 && json.Valid(a.Value) {
			dst = append(dst, ',')
		}
		var n int
		dst, n = appendOne(dst, a, "")
		sent += n
	}
	return append(dst, "]}"...), sent
}

func appendOne(dst []byte, a *exporter.Annotation, workspace string) (body []byte, sent int) {
	if !json.Valid(a.Value) {
		return dst, 0
	}
	return appendAnnotation(dst, a, workspace), 1
}

// appendAnnotation appends what both calls take. The ids may be left out; a
// value that is no UTF-8 is mended, or the whole body would be refused.
func appendAnnotation(dst []byte, a *exporter.Annotation, workspace string) []byte {
	dst = appendUUID(append(dst, `{"trace_id":`...), a.TraceID)
	if a.ID != uuid.Nil {
		dst = appendUUID(append(dst, `,"id":`...), a.ID)
	}
	if a.SpanID != uuid.Nil {
		dst = appendUUID(append(dst, `,"span_id":`...), a.SpanID)
	}
	dst = jsonenc.AppendString(append(dst, `,"name":`...), a.Name)
	dst = jsonenc.AppendString(append(dst, `,"data_type":`...), string(a.DataType))
	dst = append(dst, `,"value":`...)
	if utf8.Valid(a.Value) {
		dst = append(dst, a.Value...)
	} else {
		dst = append(dst, bytes.ToValidUTF8(a.Value, []byte("\uFFFD"))...)
	}
	if a.Comment != "" {
		dst = jsonenc.AppendString(append(dst, `,"comment":`...), a.Comment)
	}
	if workspace != "" {
		dst = jsonenc.AppendString(append(dst, `,"workspace_slug":`...), workspace)
	}
	if !a.Time.IsZero() {
		dst = appendTime(append(dst, `,"timestamp":`...), a.Time)
	}
	return append(dst, '}')
}
