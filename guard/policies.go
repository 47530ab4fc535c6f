package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/api"
	"github.com/staso-go/staso/internal/retry"
)

// Policies fetches the policies that the backend holds for the workspace, for a
// local engine to judge by. With the ETag of an earlier PolicySet nothing is sent
// while that is still in force, and the set that is returned says NotModified. The
// empty etag is none.
func (c *Client) Policies(ctx context.Context, etag string) (PolicySet, error) {
	if c == nil || !c.enabled {
		return PolicySet{}, errors.New("guard: fetch policies: the guard is disabled")
	}
	header := http.Header{}
	if etag != "" {
		header.Set("If-None-Match", etag)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var answer *api.Answer
	var last error
	err := retry.Do(ctx, retry.Policy{}, func(ctx context.Context) error {
		answer, last = c.request(ctx, http.MethodGet, "/v1/guard/policies", nil, header)
		return worthAnother(ctx, last)
	})
	switch {
	case err == nil:
		return readPolicies(answer)
	case etag != "" && isNotModified(last):
		return PolicySet{ETag: etag, NotModified: true}, nil
	}
	return PolicySet{}, fmt.Errorf("guard: fetch policies: %w", last)
}

func isNotModified(err error) bool {
	var refusal *exporter.APIError
	return errors.As(err, &refusal) && refusal.StatusCode == http.StatusNotModified
}

// readPolicies is strict, unlike the reading of verdicts: half a set of policies is
// none.
func readPolicies(answer *api.Answer) (PolicySet, error) {
	var set struct {
		Version  *string   `json:"version"`
		Policies *[]Policy `json:"policies"`
	}
	if err := json.Unmarshal(answer.Body, &set); err != nil {
		return PolicySet{}, fmt.Errorf("guard: read policies: %w", err)
	}
	if set.Version == nil || set.Policies == nil {
		return PolicySet{}, errors.New("guard: read policies: the answer has no version or no policies")
	}
	return PolicySet{Version: *set.Version, Policies: *set.Policies, ETag: answer.Header.Get("ETag")}, nil
}
