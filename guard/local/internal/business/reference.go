package business

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
	"github.com/staso-go/staso/guard/local/internal/jsonschema"
	"github.com/staso-go/staso/guard/local/internal/nearest"
)

type hallucinatedToolReference struct {
	tools   glob.Set
	names   []string // as the policy has them
	schemas map[string]*jsonschema.Schema
	cache   schemaCache
}

// NewHallucinatedToolReference makes the detector of hallucinated_tool_reference:
// it finds tools that the model was not offered, where the call or "tools", a list
// of globs, says which ones it was; and arguments that do not fit the tool's JSON
// Schema, where the call or "schemas", by the tool's name, has one.
func NewHallucinatedToolReference(with detect.Params) (detect.Detector, error) {
	var params struct {
		Tools   []string                   `json:"tools"`
		Schemas map[string]json.RawMessage `json:"schemas"`
	}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	tools, err := globs("tools", params.Tools)
	if err != nil {
		return nil, err
	}
	h := &hallucinatedToolReference{tools: tools, names: params.Tools, schemas: map[string]*jsonschema.Schema{}}
	for tool, source := range params.Schemas {
		schema, err := jsonschema.Compile(source)
		if err != nil {
			return nil, fmt.Errorf("with: schemas: %s: %w", tool, err)
		}
		h.schemas[tool] = schema
	}
	return h, nil
}

// Detect looks at the tool's name first: what is no tool has no arguments.
func (h *hallucinatedToolReference) Detect(c *detect.Call, report func(detect.Finding)) {
	if c.Phase != guard.PhaseInput {
		return
	}
	if !h.offered(c) {
		report(h.unknown(c))
		return
	}
	schema := h.schemas[c.Tool]
	if schema == nil && len(c.Schema) > 0 {
		schema = h.cache.get(c.Schema)
	}
	if schema == nil || !c.Budget.Spend(2*len(c.Input)) {
		return
	}
	input := []byte(c.Input)
	if len(strings.TrimSpace(string(input[:min(len(input), 8)]))) == 0 {
		input = []byte("{}")
	}
	for _, problem := range schema.Check(input) {
		subject := "The arguments"
		if problem.Field != "" {
			subject = fmt.Sprintf("The argument %q", problem.Field)
		}
		report(detect.Finding{
			Code: "tool.arguments", Severity: guard.SeverityMedium, Field: problem.Field,
			Reason: fmt.Sprintf("%s of %s %s.", subject, named(c.Tool), problem.Text),
		})
	}
}

// offered says that the tool is one of those that the model had, as far as that is
// known.
func (h *hallucinatedToolReference) offered(c *detect.Call) bool {
	if len(c.Tools) == 0 && len(h.tools) == 0 {
		return true
	}
	return h.isOne(c.Tools, c.Tool) || bare(c.Tool) != c.Tool && h.isOne(c.Tools, bare(c.Tool))
}

func (h *hallucinatedToolReference) isOne(offered []string, tool string) bool {
	return slices.Contains(offered, tool) || h.tools.Match(tool)
}

// bare is a tool's name without the place it comes from, which some clients put
// before it: "functions.get_user", "mcp__crm__get_user", "crm/get_user".
func bare(tool string) string {
	if strings.HasPrefix(tool, "mcp__") {
		if parts := strings.SplitN(tool, "__", 3); len(parts) == 3 {
			return parts[2]
		}
	}
	return tool[strings.LastIndexAny(tool, "./:")+1:]
}

func (h *hallucinatedToolReference) unknown(c *detect.Call) detect.Finding {
	const compared = 256
	known := slices.Concat(c.Tools[:min(len(c.Tools), compared)], h.names[:min(len(h.names), compared)])
	reason := fmt.Sprintf("Calls %s, which is no tool that it was given", named(c.Tool))
	if near := nearest.Name(bare(c.Tool), known); near != "" {
		reason += fmt.Sprintf("; it may mean %q", near)
	}
	return detect.Finding{Code: "tool.unknown", Severity: guard.SeverityMedium, Reason: reason + "."}
}
