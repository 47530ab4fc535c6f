package business_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestBulkDump(t *testing.T) {
	t.Parallel()
	const table, limit, export, wildcard = "bulk.table", "bulk.limit", "bulk.export", "bulk.wildcard"
	check(t, build(t, business.NewBulkDump, `{"max_rows": 500}`), []row{
		hit("sql_query", `{"sql": "SELECT * FROM customers"}`, table),
		hit("sql_query", `{"sql": "select name, email from users order by name;"}`, table),
		hit("sql_query", `{"sql": "SELECT * FROM users -- where id = 1"}`, table),
		hit("sql_query", `{"sql": "SELECT 'where' FROM users"}`, table),
		hit("sql_query", `{"sql": "COPY users TO STDOUT"}`, table),
		hit("sql_query", `{"sql": "TABLE users"}`, table),
		hit("sql_query", `{"sql": "SELECT 1; SELECT * FROM users"}`, table),
		hit("sql_query", `{"sql": "SELECT * FROM users WHERE x LIMIT 100000"}`, limit),
		miss("sql_query", `{"sql": "SELECT * FROM users WHERE id = 7"}`),
		miss("sql_query", `{"sql": "SELECT * FROM users LIMIT 50"}`),
		miss("sql_query", `{"sql": "SELECT TOP 10 * FROM users"}`),
		miss("sql_query", `{"sql": "SELECT COUNT(*) FROM users"}`),
		miss("sql_query", `{"sql": "SELECT 1"}`),
		miss("sql_query", `{"sql": "SELECT * FROM a JOIN b USING (id)"}`),
		miss("sql_query", `{"sql": "INSERT INTO users SELECT * FROM staging"}`),
		hit("list_users", `{"limit": 100000}`, limit),
		hit("list_users", `{"pageSize": 501}`, limit),
		hit("list_users", `{"page_size": "501"}`, limit),
		miss("list_users", `{"limit": 500}`),
		miss("complete", `{"max_tokens_limit": 100000}`),
		miss("set_credit", `{"credit_limit": 100000}`),
		miss("resize", `{"size": 100000}`),
		hit("export_all_customers", `{}`, export),
		hit("dumpDatabase", `{}`, export),
		miss("export_invoice", `{"id": 7}`),
		miss("download_file", `{"name": "all.txt"}`),
		hit("get_customers", `{"ids": "*"}`, wildcard),
		hit("search_users", `{"query": "ALL"}`, wildcard),
		miss("search_files", `{"pattern": "*"}`),
		miss("get_customers", `{"fields": "*"}`),
	})
	refuses(t, business.NewBulkDump, map[string]string{`{"max_rows": 0}`: "1 or more"})
}

func TestBulkDumpCountsWhatCameBack(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewBulkDump, `{"max_rows": 3}`)
	for output, want := range map[string][]string{
		`["a,b,c,d", "\",\\", {"x": 1, "y": 2}]`:  nil,
		` {"rows": [{"a": [1, 2]}, {}, [], "x"]}`: {"bulk.output"},
		`[]]]],[,]`:                             nil,
		`[1,2,3]`:                               nil,
		`[1,2,3,4]`:                             {"bulk.output"},
		`{"data": {"rows": [[1],[2],[3],[4]]}}`: {"bulk.output"},
		`{"rows": [[1,2,3],[1,2,3]], "n": [1,2,3]}`: nil,
		`{"a": {"b": {"c": [1,2,3,4,5]}}}`:          nil, // too deep to be the rows
		`plain text, and quite long`:                nil,
		strings.Repeat(`[`, 10_000):                 nil,
	} {
		c := guard.Call{Tool: "get", Output: json.RawMessage(output), Phase: guard.PhaseOutput}
		assert.Equal(t, want, codes(find(detector, c)), output[:min(len(output), 60)])
	}
}
