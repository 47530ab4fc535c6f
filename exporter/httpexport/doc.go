// Package httpexport sends spans and annotations to a Staso backend over HTTP.
// It is the exporter that a Tracer uses unless told otherwise.
//
// One Export call is one request for the spans, and one for the annotations
// where the backend takes many at once. A batch that the backend finds too large
// is cut in halves; bodies are compressed once the backend has said that it
// takes that. All requests of a batch can be sent again without harm: they carry
// the batch's id, and a backend knows a span by its ids.
package httpexport
