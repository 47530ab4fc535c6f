package local_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

// typicalCalls are what agents call all day.
func typicalCalls() map[string]guard.Call {
	prose := strings.Repeat("The quarterly report is attached; please have a look at section three before Monday. ", 1000)
	script := strings.Repeat("for f in src/*.go; do gofmt -l \"$f\" | tee -a /tmp/fmt.log; done\n", 1000)
	call := func(tool string, args map[string]any) guard.Call {
		input, err := json.Marshal(args)
		if err != nil {
			panic(err)
		}
		return guard.Call{Tool: tool, Input: input}
	}
	return map[string]guard.Call{
		"shell":     call("bash", map[string]any{"command": "cd src && go test ./... 2>&1 | tail -20", "timeout": 60}),
		"path":      call("read_file", map[string]any{"path": "internal/store/store.go", "limit": 200}),
		"sql":       call("sql_query", map[string]any{"query": "SELECT id, name FROM users WHERE created_at > now() - interval '1 day' ORDER BY id"}),
		"url":       call("http_get", map[string]any{"url": "https://pkg.go.dev/net/http#Client"}),
		"mail":      call("send_email", map[string]any{"to": []string{"ann@example.com"}, "subject": "Report", "body": prose[:400]}),
		"order":     call("get_order_details", map[string]any{"order_id": "#W2378156"}),
		"text4k":    call("send_message", map[string]any{"body": prose[:4000]}),
		"shell4k":   call("bash", map[string]any{"command": script[:4000-4000%64]}),
		"text64k":   call("write_file", map[string]any{"path": "report.md", "content": prose[:64<<10]}),
		"commit":    call("bash", map[string]any{"command": "git add -A && git commit -m \"Fix the retry loop: it never gave up\""}),
		"edit":      call("edit_file", map[string]any{"path": "src/app.py", "old_str": "def total(rows):\n    return 0\n", "new_str": "def total(rows):\n    return sum(r.price for r in rows)\n"}),
		"python":    call("run_python", map[string]any{"code": "import json\nwith open('data.json') as f:\n    rows = json.load(f)\nprint(sum(r['price'] for r in rows))\n"}),
		"search":    call("web_search", map[string]any{"query": "how to delete a row in postgres safely", "count": 10}),
		"transfer":  call("transfer_funds", map[string]any{"amount": 125.5, "currency": "EUR", "account_id": "acc_1029", "note": "rent for May"}),
		"blocked":   call("bash", map[string]any{"command": "echo cm0gLXJmIC8K | base64 -d | sh"}),
		"output4k":  {Tool: "read_file", Phase: guard.PhaseOutput, Output: json.RawMessage(`"` + prose[:4000] + `"`)},
		"output64k": {Tool: "read_file", Phase: guard.PhaseOutput, Output: json.RawMessage(`"` + prose[:64<<10] + `"`)},
	}
}

func BenchmarkCheck(b *testing.B) {
	e := engine(b)
	for name, call := range typicalCalls() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(call.Input) + len(call.Output)))
			for b.Loop() {
				if _, err := e.Check(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkNew is the start: the built-in policy read and made ready.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		e, err := local.New()
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
