package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// DecodeAnnotation reads one annotation of the trace that the address names. Its
// error is a [*httpapi.Error].
//
// An annotation without an id gets a random one or, where there is an
// Idempotency-Key, the same one in every retry: UUIDv5, in a namespace of this
// package's own, of "KEY/annotation/0". Without a timestamp it gets req.Now.
func DecodeAnnotation(body []byte, traceID uuid.UUID, req Request) (*Batch, error) {
	d := newAnnotations(body, req)
	d.trace = traceID
	d.readOne(0)
	d.End()
	if d.Err() != nil {
		return nil, malformed(d.Err())
	}
	if len(d.result.Errors) > 0 {
		return nil, httpapi.Malformed("%s", d.result.Errors[0].Detail)
	}
	return d.batch()
}

// DecodeAnnotations reads {"annotations": [...]}, each with its trace_id. What
// is wrong with one annotation rejects that one alone. The id of one without its
// own is that of "KEY/annotation/INDEX".
func DecodeAnnotations(body []byte, req Request) (*Batch, error) {
	d := newAnnotations(body, req)
	if d.Kind() != jsonscan.Object {
		return nil, d.shapeError()
	}
	seen := false
	for d.BeginObject(); d.Field(); {
		switch string(d.Key()) {
		case "annotations":
			seen = true
			if d.Kind() != jsonscan.Array {
				return nil, d.shapeError()
			}
			if err := d.readMany(); err != nil {
				return nil, err
			}
		case "workspace_slug":
			d.workspace = d.id("workspace_slug", store.DefaultWorkspace)
		default:
			d.Skip()
		}
	}
	d.End()
	if d.Err() == nil && !seen {
		return nil, httpapi.Malformed(`annotations: missing: want {"annotations": [...]}`)
	}
	if d.Err() != nil {
		return nil, malformed(d.Err())
	}
	return d.batch()
}

type annotations struct {
	reader
	req       Request
	trace     uuid.UUID // of all, where the address names it
	workspace string
	list      []store.Annotation
	result    Batch
}

func newAnnotations(body []byte, req Request) *annotations {
	return &annotations{reader: reader{Scanner: jsonscan.New(body), span: -1}, req: req}
}

func (d *annotations) shapeError() error {
	shape := d.shape()
	if d.Err() != nil {
		return malformed(d.Err())
	}
	return httpapi.Malformed(`body: %s where a list of annotations should be: want {"annotations": [...]}`, shape)
}

func (d *annotations) readMany() error {
	d.list, d.result = nil, Batch{}
	index := 0
	for d.BeginArray(); d.Element(); index++ {
		if index == MaxTraces {
			return httpapi.TooLarge("annotations: more than %d in one request: send them in several", MaxTraces)
		}
		d.readOne(index)
	}
	return nil
}

func (d *annotations) readOne(index int) {
	d.faults, d.total = d.faults[:0], 0
	a := store.Annotation{TraceID: d.trace, Time: d.req.Now.UTC()}
	d.readFields(&a)
	if d.Err() != nil {
		return
	}
	d.check(&a)
	if d.total > 0 {
		d.result.Rejected++
		for _, f := range d.faults {
			d.result.fault(ItemError{Annotation: &index, Detail: f.detail})
		}
		return
	}
	if a.ID == uuid.Nil {
		a.ID = d.newID(index)
	}
	d.result.Accepted++
	d.list = append(d.list, a)
}

func (d *annotations) readFields(a *store.Annotation) {
	if d.Kind() != jsonscan.Object {
		d.refuse("annotation", "an object")
		return
	}
	for d.BeginObject(); d.Field(); {
		switch string(d.Key()) {
		case "id":
			a.ID = d.uuid("id")
		case "trace_id":
			d.readTraceID(a)
		case "span_id":
			a.SpanID = d.uuid("span_id")
		case "name":
			a.Name = d.id("name", "")
		case "data_type":
			a.DataType = d.id("data_type", a.DataType)
		case "value":
			a.Value = d.value()
		case "comment":
			a.Comment = d.comment()
		case "timestamp":
			if t := d.time("timestamp", d.req.Now); !t.IsZero() {
				a.Time = t
			}
		case "workspace_slug":
			d.readWorkspace()
		default:
			d.Skip()
		}
	}
}

// readTraceID lets the address win over the body: they are the same in the
// requests of all known clients.
func (d *annotations) readTraceID(a *store.Annotation) {
	id := d.uuid("trace_id")
	if d.trace == uuid.Nil {
		a.TraceID = id
	}
}

// readWorkspace takes the slug of a single annotation; among many, the body's
// counts.
func (d *annotations) readWorkspace() {
	if d.trace == uuid.Nil {
		d.Skip()
		return
	}
	d.workspace = d.id("workspace_slug", store.DefaultWorkspace)
}

func (d *annotations) comment() string {
	if d.null() {
		return ""
	}
	return d.text("comment")
}

// value keeps a number as it is written, and strings and booleans in their one
// form.
func (d *annotations) value() []byte {
	const want = "a finite number, a string or a boolean"
	switch d.Kind() {
	case jsonscan.Number:
		literal := d.Number()
		if f, err := strconv.ParseFloat(string(literal), 64); err != nil || math.IsInf(f, 0) {
			if d.Err() == nil {
				d.fail("value", numberShape(literal), want)
			}
			return nil
		}
		return literal
	case jsonscan.String:
		encoded, _ := json.Marshal(d.Text("")) //nolint:errcheck // a string always encodes
		return encoded
	case jsonscan.Bool:
		return strconv.AppendBool(nil, d.Bool())
	}
	d.refuse("value", want)
	return nil
}

func (d *annotations) check(a *store.Annotation) {
	if d.total > 0 {
		return
	}
	if a.TraceID == uuid.Nil {
		d.fail("trace_id", "missing or all zeros", "the id of the trace that is judged")
	}
	if a.Name == "" {
		d.fail("name", "missing or empty", "what is judged, for instance accuracy")
	}
	shape := valueShape(a.Value)
	switch a.DataType {
	case "numeric", "categorical", "boolean":
		if want := map[string]string{"numeric": "a number", "categorical": "a string", "boolean": "a boolean"}[a.DataType]; shape != want {
			d.fail("value", shape, want+", as data_type is "+a.DataType)
		}
	default:
		d.fail("data_type", fmt.Sprintf("a string of %d bytes", len(a.DataType)), "numeric, categorical or boolean")
	}
}

func valueShape(value []byte) string {
	switch {
	case len(value) == 0:
		return "missing"
	case value[0] == '"':
		return "a string"
	case value[0] == 't', value[0] == 'f':
		return "a boolean"
	}
	return "a number"
}

func (d *annotations) newID(index int) uuid.UUID {
	if d.req.Key == "" {
		return uuid.New()
	}
	return uuid.NewSHA1(derivedIDs(), []byte(d.req.Key+"/annotation/"+strconv.Itoa(index)))
}

func (d *annotations) batch() (*Batch, error) {
	workspace, err := httpapi.ChooseWorkspace(d.workspace, d.req.Workspace)
	if err != nil {
		return nil, err
	}
	if len(d.list) > 0 {
		d.result.part(workspace).Annotations = d.list
	}
	return &d.result, nil
}
