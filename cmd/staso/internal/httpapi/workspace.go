package httpapi

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// WorkspaceHeader names the workspace that a request is about.
const WorkspaceHeader = "X-Workspace-Id"

const maxWorkspaceBytes = 128

// Workspace returns the workspace that the request's header names, by default
// [store.DefaultWorkspace].
func Workspace(r *http.Request) (string, error) {
	return ChooseWorkspace("", r.Header.Get(WorkspaceHeader))
}

// ChooseWorkspace returns the workspace that a body's slug and a request's
// header name together. Clients send the slug "default" unasked, so that it
// counts as none: a header then decides. A slug beats the header.
func ChooseWorkspace(slug, header string) (string, error) {
	for _, named := range []string{slug, header} {
		if named == "" || named == store.DefaultWorkspace {
			continue
		}
		return named, checkWorkspace(named)
	}
	return store.DefaultWorkspace, nil
}

func checkWorkspace(name string) error {
	if len(name) > maxWorkspaceBytes {
		return Malformed("workspace: a name of %d bytes: at most %d are allowed", len(name), maxWorkspaceBytes)
	}
	if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return Malformed("workspace: a name with control characters or bytes that are not UTF-8: use letters, digits and dashes")
	}
	return nil
}
