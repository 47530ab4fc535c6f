package pii_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/pii"
)

const prose = "The meeting of 14 May is moved to room 204, as the heating of the old one is being seen to. " +
	"Whoever cannot come sends a note to the secretary: the minutes will be out by Friday. "

// numbers are what costs most: each is of a length that much has.
const numbers = "4831920571 182736455 73.221.10 5512-8834-2 90210 77:12 20240511 1830294857261 "

func BenchmarkDetect64KB(b *testing.B) {
	d, err := pii.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"prose": prose, "numbers": numbers} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(text, 64<<10/len(text))
			call := &detect.Call{Args: []detect.Arg{{Field: "body", Key: "body", Kinds: detect.Text, Text: text}}}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				d.Detect(call, func(detect.Finding) {})
			}
		})
	}
}

func TestNothingFoundAllocatesNothing(t *testing.T) {
	d, err := pii.New(nil)
	assert.NoError(t, err)
	call := &detect.Call{Args: []detect.Arg{{Field: "body", Key: "body", Kinds: detect.Text, Text: strings.Repeat(prose, 20)}}}
	report := func(detect.Finding) {}
	assert.Zero(t, testing.AllocsPerRun(20, func() { d.Detect(call, report) }))
}
