package demo_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo"
	"github.com/staso-go/staso/cmd/staso/internal/demo/scripted"
)

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// aProvider answers as a real one would, to whoever has the key.
func aProvider(t *testing.T, path string) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	model := scripted.New()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.URL.Path != path || r.Header.Get("Authorization") != "Bearer sk-secret" {
			http.Error(w, `{"error":{"message":"bad key sk-secret"}}`, http.StatusUnauthorized)
			return
		}
		model.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func TestARealModelIsAskedOnRequest(t *testing.T) {
	for provider, env := range map[string][2]string{
		"openai":    {"OPENAI", "/v1"},
		"anthropic": {"ANTHROPIC", ""},
	} {
		t.Run(provider, func(t *testing.T) {
			url, requests := aProvider(t, "/v1/chat/completions")
			s := start(t, demo.Options{
				Dir: project(t), Once: true, Model: provider + "/" + scripted.Quick,
				LookupEnv: lookup(map[string]string{env[0] + "_API_KEY": "sk-secret\n", env[0] + "_BASE_URL": url + env[1]}),
			})
			require.NoError(t, s.wait(t))
			assert.Contains(t, s.String(), "sent to "+url+"/v1 with the key in "+env[0]+"_API_KEY")
			assert.NotContains(t, s.String(), "sk-secret")
			assert.Contains(t, s.String(), "stored    4 traces")
			assert.Positive(t, requests.Load())
		})
	}
}

func TestAKeyThatIsNotAcceptedIsSaidOnce(t *testing.T) {
	url, requests := aProvider(t, "/v1/chat/completions")
	s := start(t, demo.Options{
		Dir: project(t), Once: true, Model: "openai/gpt-4o-mini",
		LookupEnv: lookup(map[string]string{"OPENAI_API_KEY": "sk-other", "OPENAI_BASE_URL": url + "/v1"}),
	})
	err := s.wait(t)
	require.ErrorContains(t, err, "401")
	assert.NotContains(t, err.Error(), "sk-")
	assert.Equal(t, int64(1), requests.Load())
}

func TestModelsThatCannotBeAsked(t *testing.T) {
	for name, c := range map[string]struct {
		model string
		env   map[string]string
		want  string
	}{
		"no key":           {"openai/gpt-4o-mini", nil, "OPENAI_API_KEY is not set"},
		"an empty key":     {"anthropic/claude", map[string]string{"ANTHROPIC_API_KEY": " "}, "ANTHROPIC_API_KEY is not set"},
		"unknown provider": {"acme/large", nil, `--model "acme/large": give PROVIDER/NAME`},
		"no name":          {"openai", nil, `--model "openai": give PROVIDER/NAME`},
		"key in the clear": {"openai/x", map[string]string{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://example.com/v1"}, "OPENAI_BASE_URL: the key would go over the network in the clear"},
		"no address":       {"openai/x", map[string]string{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "example.com"}, "OPENAI_BASE_URL: not an absolute address"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, demo.Options{Model: c.model, LookupEnv: lookup(c.env)})
			assert.ErrorContains(t, s.wait(t), c.want)
			assert.Empty(t, s.String())
		})
	}
}
