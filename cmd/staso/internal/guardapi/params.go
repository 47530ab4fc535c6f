package guardapi

import (
	"net/http"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// paramsOf returns the request's workspace and its parameters.
func paramsOf(r *http.Request) (workspace string, p *httpapi.Params, err error) {
	if workspace, err = httpapi.Workspace(r); err != nil {
		return "", nil, err
	}
	p, err = httpapi.ParamsOf(r)
	return workspace, p, err
}
