package httpexport

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/staso-go/staso/exporter"
)

// Whether the backend takes annotations in bulk.
const (
	bulkUnknown int32 = iota
	bulkYes
	bulkNo
)

// takesBulk asks the backend once, when it first matters. A refusal to answer
// means no, for sending one by one always works; one that may pass is not
// remembered. The error says that the backend cannot be reached at all.
func (e *Exporter) takesBulk(ctx context.Context, workspace string) (bool, error) {
	if known := e.bulk.Load(); known != bulkUnknown {
		return known == bulkYes, nil
	}
	capabilities, err := e.capabilities(ctx, workspace)
	var refusal *exporter.APIError
	switch {
	case err == nil && slices.Contains(capabilities, "annotations_bulk"):
		e.bulk.Store(bulkYes)
		return true, nil
	case err == nil, reasonOf(err) == exporter.ReasonRejected:
		e.bulk.Store(bulkNo)
		return false, nil
	case errors.As(err, &refusal):
		return false, nil
	}
	return false, err
}

func (e *Exporter) capabilities(ctx context.Context, workspace string) ([]string, error) {
	path := "/v1/setup/validate"
	if workspace != "" {
		path += "?workspace_slug=" + url.QueryEscape(workspace)
	}
	req, err := e.client.NewRequest(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := e.client.Do(req, maxAnswer)
	if err != nil {
		return nil, err
	}
	var setup struct {
		Capabilities []string `json:"capabilities"`
	}
	// A backend that answers in another form has not said that it takes bulk.
	_ = json.Unmarshal(answer.Body, &setup) //nolint:errcheck // see above
	return setup.Capabilities, nil
}
