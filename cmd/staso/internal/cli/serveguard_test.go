package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

const walkPolicy = "version: 1\nname: walks\nrules:\n  - id: no-walks\n    match: {tools: [walk]}\n    action: block\n    reason: Nobody walks here.\n"

func TestServeSaysWhatIsWrongWithTheGuardsFlags(t *testing.T) {
	folder := t.TempDir()
	db := filepath.Join(folder, "staso.db")
	t.Setenv("STASO_GUARD_WEBHOOK_SECRET", "")
	serve := []string{"serve", "--addr", "127.0.0.1:0", "--db", db}
	said := failed(t, append(serve, "--guard-webhook", "https://chat.example/hush")...)
	assert.Contains(t, said, "STASO_GUARD_WEBHOOK_SECRET")
	assert.Contains(t, said, "at least 16")
	assert.NotContains(t, said, "hush")
	t.Setenv("STASO_GUARD_WEBHOOK_SECRET", "0123456789abcdef")
	assert.Contains(t, failed(t, append(serve, "--guard-webhook", "chat.example")...), "http or https URL")
	assert.Contains(t, failed(t, append(serve, "--policies", filepath.Join(folder, "none"))...), "--policies")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.yaml"), []byte(strings.Replace(walkPolicy, "block", "explode", 1)), 0o600))
	assert.Contains(t, failed(t, append(serve, "--policies", folder)...), "bad.yaml:6")
}

func TestServeJudgesByAFolder(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "walks.yaml")
	require.NoError(t, os.WriteFile(file, []byte(walkPolicy), 0o600))
	cmd := exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(t.TempDir(), "staso.db"), "--policies", folder)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		assert.NoError(t, cmd.Wait())
		client.CloseIdleConnections()
	}()
	var url, link string
	for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "staso is at  "); ok {
			url = at
		}
		if at, ok := strings.CutPrefix(lines.Text(), "to approve   "); ok {
			link, _, _ = strings.Cut(at, " ")
		}
	}
	judged := func(tool string) string {
		response, err := client.Post(url+"/v1/guard/evaluate", "application/json", strings.NewReader(`{"tool_name":"`+tool+`"}`))
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Contains(t, judged("walk"), "Nobody walks here")
	assert.Contains(t, fetch(t, url+"/v1/guard/policies"), "no-walks")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(walkPolicy, "[walk]", "[run]", 1)), 0o600))
	require.Eventually(t, func() bool { return strings.Contains(judged("run"), `"action":"block"`) }, 10*time.Second, 10*time.Millisecond)
	assert.Contains(t, judged("walk"), `"action":"allow"`)

	require.True(t, strings.HasPrefix(link, url+"/session?token="), link)
	response, err := client.Get(link)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.NotEmpty(t, response.Header.Get("Set-Cookie"))
	assert.Contains(t, fetch(t, link), "good once")
}

func TestKillUnderLoadLosesNoDecision(t *testing.T) {
	db := filepath.Join(t.TempDir(), "staso.db")
	p := serveProcess(t, db)
	const clients, enough = 4, 50
	var mu sync.Mutex
	var decided []string
	ended := make(chan struct{}, clients)
	for range clients {
		go func() { // ends with the server
			defer func() { ended <- struct{}{} }()
			for {
				id := uuid.NewString()
				body := `{"tool_name":"bash","tool_input":{"command":"rm -rf /"},"decision_id":"` + id + `"}`
				response, err := client.Post(p.url+"/v1/guard/evaluate", "application/json", strings.NewReader(body))
				if err != nil {
					return
				}
				answer, err := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if err != nil || !strings.Contains(string(answer), `"action":"block"`) {
					return
				}
				mu.Lock()
				decided = append(decided, id)
				mu.Unlock()
			}
		}()
	}
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(decided) >= clients*enough
	}, 30*time.Second, time.Millisecond)
	require.NoError(t, p.cmd.Process.Kill())
	assert.Equal(t, -1, p.wait(t))
	for range clients {
		<-ended
	}
	client.CloseIdleConnections()

	st, err := sqlite.Open(t.Context(), db)
	require.NoError(t, err)
	defer func() { assert.NoError(t, st.Close()) }()
	for _, id := range decided {
		d, err := st.Decision(t.Context(), store.DefaultWorkspace, uuid.MustParse(id))
		require.NoError(t, err)
		assert.Equal(t, "block", d.Action)
	}
	report, err := st.VerifyDecisions(t.Context(), store.DefaultWorkspace)
	require.NoError(t, err)
	assert.Zero(t, report.Broken, report.Reason)
}
