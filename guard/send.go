package guard

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"time"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/api"
	"github.com/staso-go/staso/internal/retry"
)

// request sends one request and reads its answer. A nil body is none.
func (c *Client) request(ctx context.Context, method, path string, body []byte, header http.Header) (*api.Answer, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := c.api.NewRequest(ctx, method, path, reader)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Workspace-Id", c.workspace)
	for name := range header {
		req.Header.Set(name, header.Get(name))
	}
	return c.api.Do(req, maxAnswer)
}

// post sends a request that may be sent more than once, and tries again as the
// wire says, but not longer than ctx allows. broken is shown the beginning of an
// answer that broke off; it may be nil. The error is the last try's own.
func (c *Client) post(ctx context.Context, path string, body []byte, broken func([]byte)) (*api.Answer, error) {
	var answer *api.Answer
	var last error
	err := retry.Do(ctx, retry.Policy{}, func(ctx context.Context) error {
		answer, last = c.request(ctx, http.MethodPost, path, body, nil)
		if last != nil && answer != nil && broken != nil {
			broken(answer.Body)
		}
		return worthAnother(ctx, last)
	})
	if err == nil {
		return answer, nil
	}
	return nil, last
}

// errFinal ends the retries; what is wrong is told apart from it.
var errFinal = errors.New("no use to try again")

// worthAnother is err where another try may help, and errFinal where none may: not
// where nobody listens, which does not change within a second, not where the answer
// was too long, and not where the backend asks for more time than there is.
func worthAnother(ctx context.Context, err error) error {
	var retryable *exporter.RetryableError
	if !errors.As(err, &retryable) {
		if err != nil {
			return errFinal
		}
		return nil
	}
	if errors.Is(err, syscall.ECONNREFUSED) || isTooLong(err) {
		return errFinal
	}
	if at, ok := ctx.Deadline(); ok && retryable.After >= time.Until(at) {
		return errFinal
	}
	return err
}

func isTooLong(err error) bool {
	var tooLong api.TooLongError
	return errors.As(err, &tooLong)
}
