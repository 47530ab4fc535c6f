// Command guarded is an agent whose tools are judged before they run: by the
// built-in rules, and by those in policy.yaml.
//
//	go run ./examples/guarded
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

//go:embed policy.yaml
var rules []byte

func main() {
	terminal, err := console.New(console.WithWriter(os.Stdout))
	if err == nil {
		err = run(context.Background(), terminal, os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run has the bot do four things, two of which it must not.
func run(ctx context.Context, spans exporter.Exporter, out io.Writer) (err error) {
	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(spans))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tracer.Shutdown(ctx)) }()
	engine, err := newEngine()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	report, err := NewBot(tracer, engine).Answer(ctx, []Request{
		{Tool: "shell", Shell: Command{"echo the shop opens at nine"}},
		{Tool: "shell", Shell: Command{"echo cm0gLXJmIC8= | base64 -d | sh"}},
		{Tool: "refund", Refund: Refund{OrderID: "A-17", Amount: 20}},
		{Tool: "refund", Refund: Refund{OrderID: "A-18", Amount: 9000}},
	})
	fmt.Fprint(out, report)
	return err
}

// newEngine judges by policy.yaml, which extends the built-in policy. A service
// would rather name the file, local.WithPolicyFile, and follow its changes.
func newEngine() (*local.Engine, error) {
	p, err := policy.Parse("policy.yaml", rules)
	if err != nil {
		return nil, err
	}
	return local.New(local.WithPolicy(p))
}

// Bot has two tools.
type Bot struct {
	answer func(context.Context, []Request) (string, error)
	shell  func(context.Context, Command) (string, error)
	refund func(context.Context, Refund) (string, error)
}

// Request is a tool call that a model asked for.
type Request struct {
	Tool   string
	Shell  Command
	Refund Refund
}

// Command is what shell takes.
type Command struct {
	Command string `json:"command"`
}

// Refund is what refund takes.
type Refund struct {
	OrderID string  `json:"order_id"`
	Amount  float64 `json:"amount"`
}

// NewBot puts checker before every tool, where it is wired.
func NewBot(tracer *staso.Tracer, checker guard.Checker) *Bot {
	b := &Bot{}
	b.shell = guard.Tool(tracer, checker, "shell", runShell)
	b.refund = guard.Tool(tracer, checker, "refund", payRefund)
	b.answer = staso.Agent(tracer, "support-bot", b.work)
	return b
}

// Answer does what the requests ask for, and says what became of each.
func (b *Bot) Answer(ctx context.Context, requests []Request) (string, error) {
	return b.answer(ctx, requests)
}

func (b *Bot) work(ctx context.Context, requests []Request) (string, error) {
	report := ""
	for _, r := range requests {
		said, err := b.call(ctx, r)
		var blocked *guard.BlockedError
		switch {
		case errors.As(err, &blocked):
			report += fmt.Sprintf("%s did not run: %s\n", r.Tool, blocked.Reason())
		case err != nil:
			return report, err
		default:
			report += fmt.Sprintf("%s: %s\n", r.Tool, strings.TrimSpace(said))
		}
	}
	return report, nil
}

func (b *Bot) call(ctx context.Context, r Request) (string, error) {
	if r.Tool == "refund" {
		return b.refund(ctx, r.Refund)
	}
	return b.shell(ctx, r.Shell)
}

func runShell(ctx context.Context, c Command) (string, error) {
	out, err := exec.CommandContext(ctx, "sh", "-c", c.Command).CombinedOutput()
	return string(out), err
}

func payRefund(_ context.Context, r Refund) (string, error) {
	return fmt.Sprintf("paid %.2f for %s", r.Amount, r.OrderID), nil
}
