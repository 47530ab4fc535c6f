package ui

import (
	"encoding/json"
	"net/http"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/toolcall"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

// tryView is a pasted call, and how it would be judged.
type tryView struct {
	Tool, Input, YAML string
	Problem           string // why it could not be judged
	Explanation       *local.Explanation
}

// exampleInput is what the empty form holds.
const exampleInput = `{"command": "echo cm0gLXJmIC8= | base64 -d | sh"}`

func (u *pages) tryPage(w http.ResponseWriter, r *request) error {
	data := &tryView{Tool: "bash", Input: exampleInput}
	if r.Method == http.MethodPost {
		if err := parseForm(w, r); err != nil {
			return err
		}
		data = &tryView{Tool: r.PostForm.Get("tool"), Input: r.PostForm.Get("input"), YAML: r.PostForm.Get("yaml")}
		if err := u.try(r, data); err != nil {
			return err
		}
	}
	return u.show(w, r, view{Page: "try", Title: "Try a call", Section: "policies", Data: data})
}

// try judges the call. What is wrong with the call or the policy is shown beside
// the form, so that it can be mended.
func (u *pages) try(r *request, data *tryView) error {
	if u.options.Guard == nil {
		return httpapi.NotFound("this server judges no calls")
	}
	call, err := pasted(data.Tool, data.Input)
	if err == nil {
		var explanation local.Explanation
		if explanation, err = u.options.Guard.Explain(r.Context(), r.workspace, []byte(data.YAML), call); err == nil {
			data.Explanation = &explanation
			return nil
		}
	}
	if problem := explain(err); problem.Status < http.StatusInternalServerError {
		data.Problem = problem.Detail
		return nil
	}
	return err
}

// pasted is the call of the form: its arguments, or a whole call as the wire has
// it.
func pasted(tool, input string) (guard.Call, error) {
	var whole struct {
		Tool string `json:"tool_name"`
	}
	if json.Unmarshal([]byte(input), &whole) == nil && whole.Tool != "" {
		_, call, err := toolcall.Decode([]byte(input))
		return call, err
	}
	if tool == "" {
		return guard.Call{}, httpapi.Malformed("tool: want the tool's name")
	}
	return guard.Call{Tool: tool, Input: json.RawMessage(input)}, nil
}
