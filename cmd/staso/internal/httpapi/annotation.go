package httpapi

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Annotation is how an annotation reads in answers.
type Annotation struct {
	ID       uuid.UUID       `json:"id"`
	TraceID  uuid.UUID       `json:"trace_id"`
	SpanID   *uuid.UUID      `json:"span_id"`
	Name     string          `json:"name"`
	DataType string          `json:"data_type"`
	Value    json.RawMessage `json:"value"`
	Comment  string          `json:"comment"`
	Time     time.Time       `json:"timestamp"`
}

// AnnotationOf returns a as answers show it.
func AnnotationOf(a *store.Annotation) Annotation {
	shown := Annotation{
		ID: a.ID, TraceID: a.TraceID, Name: a.Name, DataType: a.DataType,
		Value: a.Value, Comment: a.Comment, Time: a.Time.UTC(),
	}
	if a.SpanID != uuid.Nil {
		shown.SpanID = &a.SpanID
	}
	return shown
}
