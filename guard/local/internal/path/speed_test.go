package path_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/path"
)

func call(kinds detect.Kind, texts ...string) *detect.Call {
	c := &detect.Call{Call: guard.Call{Tool: "read_file"}}
	for _, text := range texts {
		c.Args = append(c.Args, detect.Arg{Field: "path", Key: "path", Kinds: kinds, Text: text})
	}
	return c
}

func TestCleanPathsDoNotAllocate(t *testing.T) {
	detector, err := path.New(nil)
	require.NoError(t, err)
	c := call(detect.Path, "src/Main.go", "/home/ann/shop/cart.go", "../sibling/x.txt", `C:\Users\ann\notes.txt`, "/etc/hosts")
	c.Args = append(c.Args, call(detect.Value, "O'Brien", "and/or", "ann@example.com").Args...)
	report := func(f detect.Finding) { t.Error(f.Code) }
	assert.Zero(t, testing.AllocsPerRun(100, func() { detector.Detect(c, report) }))
}

func BenchmarkDetect(b *testing.B) {
	detector, err := path.New(nil)
	require.NoError(b, err)
	for name, text := range map[string]string{
		"clean": "/home/ann/shop/internal/cart/cart.go", "encoded": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
		"long": strings.Repeat("a%2e/", 13000),
	} {
		b.Run(name, func(b *testing.B) {
			c := call(detect.Path, text)
			b.ReportAllocs()
			for b.Loop() {
				detector.Detect(c, func(detect.Finding) {})
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{"../x", "%2e%2e/", "%c0%ae", "&#46;", `\u002e`, "L2V0Yy9wYXNzd2Q=", "php://x", "/proc/self/x", "..2f..2f", "%u2215", "～/x"} {
		f.Add(seed)
	}
	detector, err := path.New(nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		c := call(detect.Path|detect.Value, text)
		detector.Detect(c, func(found detect.Finding) {
			n++
			assert.NotEmpty(t, found.Code)
			assert.NotEmpty(t, found.Reason)
			assert.Positive(t, found.Severity)
		})
		assert.LessOrEqual(t, n, 1)
	})
}
