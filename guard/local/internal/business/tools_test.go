package business_test

import (
	"testing"

	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestToolAllowlist(t *testing.T) {
	t.Parallel()
	check(t, build(t, business.NewToolAllowlist, `{"tools": ["get_*", "search"]}`), []row{
		miss("get_user", `{}`),
		miss("Search", `{}`),
		hit("delete_user", `{}`, "tool.not_allowed"),
		hit("forget_user", `{}`, "tool.not_allowed"),
		hit("", `{}`, "tool.not_allowed"),
	})
	refuses(t, business.NewToolAllowlist, map[string]string{`{}`: "tools is missing", `{"tools": ["{"]}`: "brace"})
}

func TestToolDenylist(t *testing.T) {
	t.Parallel()
	check(t, build(t, business.NewToolDenylist, `{"tools": ["*delete*", "bash"]}`), []row{
		hit("delete_user", `{}`, "tool.denied"),
		hit("BASH", `{}`, "tool.denied"),
		miss("get_user", `{}`),
		miss("bash_help", `{}`),
	})
	refuses(t, business.NewToolDenylist, map[string]string{`{"tools": []}`: "tools is missing"})
}
