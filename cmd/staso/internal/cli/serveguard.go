package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard/local"
)

const (
	// webhookSecret names the variable with what the webhook's requests are signed
	// with: on the command line every process of the machine could read it.
	webhookSecret = "STASO_GUARD_WEBHOOK_SECRET"
	// webhookEnd is how long events may still be sent when the server ends.
	webhookEnd = 5 * time.Second
)

// newGuard makes what judges calls for the server, and what ends it.
func newGuard(flags serveFlags, st store.Store, log *zap.Logger) (g *guardapi.Guard, end func() error, err error) {
	options := guardapi.Options{Logger: log}
	var ends []func() error
	end = func() error {
		var errs []error
		for _, e := range ends {
			errs = append(errs, e())
		}
		return errors.Join(errs...)
	}
	if flags.webhook != "" {
		webhook, err := guardapi.NewWebhook(flags.webhook, os.Getenv(webhookSecret), log)
		if err != nil {
			return nil, nil, fmt.Errorf("--guard-webhook, with %s: %w", webhookSecret, err)
		}
		ends = append(ends, func() error { return endWebhook(webhook) })
		options.Webhook = webhook
	}
	if flags.policies != "" {
		engine, err := local.New(local.WithPolicyFile(flags.policies), local.WithReload(), local.WithLogger(log))
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("--policies %s: %w", flags.policies, err), end())
		}
		ends = append(ends, engine.Close)
		options.Checker, options.Source = engine, flags.policies
	}
	return guardapi.New(st, options), end, nil
}

func endWebhook(webhook *guardapi.Webhook) error {
	ctx, cancel := context.WithTimeout(context.Background(), webhookEnd)
	defer cancel()
	webhook.Close(ctx)
	return nil
}
