package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/jsonschema"
	"github.com/staso-go/staso/guard/local/policy"
)

// published is where editors find the schema.
const published = "../../../docs/guard-policy.schema.json"

func TestThePublishedSchemaIsThisOne(t *testing.T) {
	if os.Getenv("UPDATE_DOCS") != "" {
		require.NoError(t, os.WriteFile(published, policy.Schema(), 0o600))
	}
	got, err := os.ReadFile(filepath.FromSlash(published))
	if os.IsNotExist(err) {
		t.Skip("not in the repository")
	}
	require.NoError(t, err)
	assert.Equal(t, string(policy.Schema()), string(got), "run UPDATE_DOCS=1 go test ./guard/local/policy")
}

// problems is what the schema has against a file.
func problems(t *testing.T, file string) []jsonschema.Problem {
	t.Helper()
	schema, err := jsonschema.Compile(policy.Schema())
	require.NoError(t, err)
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(file), &value))
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return schema.Check(data)
}

func TestSchemaTakesWhatParseTakes(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range append(files, "default.yaml") {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = policy.Parse(path, data)
		require.NoError(t, err)
		assert.Empty(t, problems(t, string(data)), path)
	}
}

func TestSchemaRefusesWhatParseRefuses(t *testing.T) {
	for name, test := range mistakes() {
		if test.beyondSchema {
			continue
		}
		_, err := policy.Parse("p.yaml", []byte(test.file))
		require.Error(t, err, name)
		assert.NotEmpty(t, problems(t, test.file), name)
	}
}

// TestSchemaHasTheKeysOfParse compares the keys of each mapping with those that the
// parser says it may have.
func TestSchemaHasTheKeysOfParse(t *testing.T) {
	var schema struct {
		Properties map[string]any                                 `json:"properties"`
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(policy.Schema(), &schema))
	for def, file := range map[string]string{
		"":          "qqq: 1",
		"rule":      "rules: [{qqq: 1}]",
		"match":     "rules: [{match: {qqq: 1}}]",
		"exception": "rules: [{exceptions: [{qqq: 1}]}]",
		"test":      "tests: [{qqq: 1}]",
		"call":      "tests: [{call: {qqq: 1}}]",
		"turn":      "tests: [{call: {history: [{qqq: 1}]}}]",
		"tool":      "tools: {t: {qqq: 1}}",
		"override":  "overrides: {dangerous: {qqq: 1}}",
	} {
		properties := schema.Properties
		if def != "" {
			properties = schema.Defs[def].Properties
		}
		var keys []string
		for key := range properties {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		_, err := policy.Parse("p.yaml", []byte("version: 1\n"+file))
		require.Error(t, err)
		assert.Contains(t, err.Error(), fmt.Sprintf(`has no key "qqq"; use one of %s`, strings.Join(keys, ", ")), def)
	}
}
