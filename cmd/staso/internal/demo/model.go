package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/cmd/staso/internal/demo/scripted"
)

const slowModel = scripted.Slow

// provider is who runs a real model.
type provider struct {
	name, model    string
	keyName, key   string
	url            string
	urlName, after string // the variable with another address, and what is added to it
}

// providers are those that speak the chat-completions wire.
func providers() []provider {
	return []provider{
		{name: "openai", keyName: "OPENAI_API_KEY", urlName: "OPENAI_BASE_URL", url: "https://api.openai.com/v1"},
		{name: "anthropic", keyName: "ANTHROPIC_API_KEY", urlName: "ANTHROPIC_BASE_URL", after: "/v1", url: "https://api.anthropic.com/v1"},
	}
}

// providerOf finds the provider of a model PROVIDER/NAME, and its key; nil where
// no model is named.
func providerOf(model string, lookup func(string) (string, bool)) (*provider, error) {
	if model == "" {
		return nil, nil //nolint:nilnil // no real model is a valid answer
	}
	name, of, _ := strings.Cut(model, "/")
	for _, p := range providers() {
		if p.name == name && of != "" {
			p.model = of
			return p.withEnv(lookup)
		}
	}
	return nil, fmt.Errorf("--model %q: give PROVIDER/NAME with the provider openai or anthropic, for instance openai/gpt-4o-mini", model)
}

func (p provider) withEnv(lookup func(string) (string, bool)) (*provider, error) {
	if p.key, _ = lookup(p.keyName); strings.TrimSpace(p.key) == "" {
		return nil, fmt.Errorf("--model %s/%s: %s is not set: set it to your key, or leave --model out", p.name, p.model, p.keyName)
	}
	p.key = strings.TrimSpace(p.key)
	if base, ok := lookup(p.urlName); ok && base != "" {
		if err := checkURL(base); err != nil {
			return nil, fmt.Errorf("%s: %w", p.urlName, err)
		}
		p.url = strings.TrimSuffix(base, "/") + p.after
	}
	return &p, nil
}

// checkURL keeps the key off a line that others can read.
func checkURL(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("not an absolute address without a user: give for instance https://example.com/v1")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	if u.Scheme != "https" {
		return errors.New("the key would go over the network in the clear: give an address that begins with https")
	}
	return nil
}

// startModel starts the script, or says what will be sent to whom.
func (d *demo) startModel(ctx context.Context) (chat.Config, func() error, error) {
	d.http = newHTTPClient()
	if p := d.provider; p != nil {
		d.out.line("model", "%s of %s: the questions, and what the tools read of the folder (names, the text of files, subjects of commits),", p.model, p.name)
		d.out.line("", "are sent to %s with the key in %s; at most %d calls", p.url, p.keyName, realCalls)
		stop := func() error { d.http.CloseIdleConnections(); return nil }
		return chat.Config{BaseURL: p.url, Key: p.key, Provider: p.name, Model: p.model, HTTP: d.http}, stop, nil
	}
	d.out.line("model", "a script in this process: it needs no key, and nothing leaves this machine")
	base, stop, err := serveScript(ctx)
	config := chat.Config{BaseURL: base, Provider: "scripted", Model: scripted.Quick, HTTP: d.http}
	return config, func() error { d.http.CloseIdleConnections(); return stop() }, err
}

// serveScript runs the scripted model on a free loopback port.
func serveScript(ctx context.Context) (base string, stop func() error, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen for the scripted model: %w", err)
	}
	s := &http.Server{Handler: scripted.New(), ReadHeaderTimeout: 5 * time.Second}
	done := make(chan error, 1)
	go func() { done <- s.Serve(listener) }()
	stop = func() error {
		err := s.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}
	return "http://" + listener.Addr().String() + "/v1", stop, nil
}
