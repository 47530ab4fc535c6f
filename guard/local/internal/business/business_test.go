package business_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// call makes a call ready for detectors, as the engine does.
func call(c guard.Call) *detect.Call {
	var set args.Set
	budget := detect.NewBudget(48<<20, time.Now().Add(time.Minute))
	tool := args.NewTool(c.Tool)
	set.Read(budget, &tool, c.Input, "input")
	for i := 0; ; i++ {
		if i == len(set.Args) { // which grows
			break
		}
		set.Derive(budget, &tool, i)
	}
	return &detect.Call{Call: c, Args: set.Args, Budget: budget, Now: time.Now()}
}

// input is a call of a tool with arguments.
func input(tool, arguments string) guard.Call {
	return guard.Call{Tool: tool, Input: json.RawMessage(arguments)}
}

func build(t testing.TB, factory detect.Factory, with string) detect.Detector {
	t.Helper()
	detector, err := factory(detect.Params(with))
	require.NoError(t, err, with)
	return detector
}

func find(detector detect.Detector, c guard.Call) []detect.Finding {
	var findings []detect.Finding
	detector.Detect(call(c), func(f detect.Finding) { findings = append(findings, f) })
	return findings
}

func codes(findings []detect.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Code)
	}
	return all
}

// row is a call and the codes of what is found in it.
type row struct {
	tool, arguments string
	want            []string
}

func check(t *testing.T, detector detect.Detector, rows []row) {
	t.Helper()
	for _, r := range rows {
		findings := find(detector, input(r.tool, r.arguments))
		assert.Equal(t, r.want, codes(findings), "%s %s", r.tool, r.arguments)
		for _, f := range findings {
			assert.NotEmpty(t, f.Reason)
			assert.NotZero(t, f.Severity)
		}
	}
}

func hit(tool, arguments string, want ...string) row { return row{tool, arguments, want} }

func miss(tool, arguments string) row { return row{tool, arguments, nil} }

// refuses checks that parameters are refused with a message that names them.
func refuses(t *testing.T, factory detect.Factory, bad map[string]string) {
	t.Helper()
	for with, want := range bad {
		_, err := factory(detect.Params(with))
		assert.ErrorContains(t, err, want, with)
	}
	_, err := factory(detect.Params(`{"no such parameter": 1}`))
	assert.ErrorContains(t, err, "no such parameter")
}
