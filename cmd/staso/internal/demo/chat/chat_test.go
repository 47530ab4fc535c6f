package chat_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answers is a transport that gives one prepared answer after another.
type answers struct {
	list  []answer
	asked int
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	next := a.list[min(a.asked, len(a.list)-1)]
	a.asked++
	return &http.Response{StatusCode: next.status, Header: next.header, Body: io.NopCloser(strings.NewReader(next.body)), Request: r}, nil
}

func ask(t testing.TB, rec *testutil.Recorder, list ...answer) (client *chat.Client, a *answers) {
	t.Helper()
	a = &answers{list: list}
	var tracer *staso.Tracer // nil: not observed
	if rec != nil {
		var err error
		tracer, err = staso.New(staso.WithAgentName("test"), staso.WithExporter(rec), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false))
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tracer.Shutdown(context.Background())) })
	}
	return chat.NewClient(tracer, chat.Config{BaseURL: "http://model", Key: "sk-secret", Provider: "test", Model: "m", HTTP: &http.Client{Transport: a}}), a
}

const good = `{"id":"1","model":"m-2","choices":[{"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`

func question() []chat.Message { return []chat.Message{{Role: chat.RoleUser, Content: "hi"}} }

func TestEachTryIsASpan(t *testing.T) {
	rec := testutil.NewRecorder()
	client, _ := ask(t, rec, answer{status: 503, body: `{"error":{"message":"busy"}}`}, answer{status: 200, body: good})
	reply, err := client.Complete(t.Context(), question(), nil)
	require.NoError(t, err)
	assert.Equal(t, "hello", reply.Message.Content)
	assert.Equal(t, 2, reply.Tries)
	spans := rec.Spans().Named("chat")
	require.Len(t, spans, 2)
	assert.Contains(t, spans[0].ErrorMessage, "503 Service Unavailable: busy")
	assert.Equal(t, "m", spans[1].RequestedModel)
	assert.Equal(t, "m-2", spans[1].Model)
	assert.Equal(t, int64(5), spans[1].Usage.TotalTokens)
	assert.JSONEq(t, `[{"role":"user","content":"hi"}]`, string(spans[1].Input))
}

func TestWhatIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		answer answer
		tries  int
		took   time.Duration
	}{
		"busy":                {answer{status: 503}, 3, 450 * time.Millisecond},
		"asked to wait":       {answer{status: 429, header: http.Header{"Retry-After": {"2"}}}, 3, 4 * time.Second},
		"asked more finely":   {answer{status: 429, header: http.Header{"Retry-After-Ms": {"20"}}}, 3, 40 * time.Millisecond},
		"asked for too much":  {answer{status: 429, header: http.Header{"Retry-After": {"4000"}}}, 3, 20 * time.Second},
		"asked for nonsense":  {answer{status: 429, header: http.Header{"Retry-After": {"-1"}}}, 3, 450 * time.Millisecond},
		"wrong key":           {answer{status: 401, body: `{"error":{"message":"sk-secret is wrong"}}`}, 1, 0},
		"bad request":         {answer{status: 400}, 1, 0},
		"no JSON":             {answer{status: 200, body: "<html>"}, 1, 0},
		"no message":          {answer{status: 200, body: `{"choices":[]}`}, 1, 0},
		"an error of nothing": {answer{status: 500, body: strings.Repeat("x", 1<<20)}, 3, 450 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, a := ask(t, nil, c.answer)
				began := time.Now()
				_, err := client.Complete(t.Context(), question(), nil)
				require.Error(t, err)
				assert.Equal(t, c.tries, a.asked)
				assert.Equal(t, c.took, time.Since(began))
				assert.NotContains(t, err.Error(), "sk-secret")
				assert.Less(t, len(err.Error()), 500)
			})
		})
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := ask(t, nil, answer{status: 503, header: http.Header{"Retry-After": {"5"}}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Complete(ctx, question(), nil)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "503")
	})
}

const stream = "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"hel\"}}]}\r\n\r\n: a comment\n\n" +
	"data:{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n" +
	"data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n"

func TestStream(t *testing.T) {
	rec := testutil.NewRecorder()
	client, _ := ask(t, rec, answer{status: 200, body: stream})
	reply, err := client.Stream(t.Context(), question())
	require.NoError(t, err)
	assert.Equal(t, "hello", reply.Message.Content)
	span := rec.Spans().Only(t)
	assert.Equal(t, int64(3), span.Usage.TotalTokens)
	assert.Contains(t, string(span.Attributes), staso.KeyTimeToFirstToken)
	assert.Contains(t, string(span.Attributes), `"stop_reason":"stop"`)
}

func TestAStreamThatBreaksOffIsAnError(t *testing.T) {
	begun, _, _ := strings.Cut(stream, "data: [DONE]")
	client, _ := ask(t, nil, answer{status: 200, body: begun})
	_, err := client.Stream(t.Context(), question())
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func FuzzStream(f *testing.F) {
	f.Add(stream)
	f.Add("data: [DONE]")
	f.Add("data: {\"choices\":[{}]}\ndata: null\ndata: [DONE]\n")
	f.Fuzz(func(t *testing.T, body string) {
		client, _ := ask(t, nil, answer{status: 200, body: body})
		reply, err := client.Stream(t.Context(), question())
		if err == nil {
			assert.Contains(t, body, "[DONE]")
			assert.LessOrEqual(t, len(reply.Message.Content), 3*len(body))
		}
	})
}
