package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
	"github.com/staso-go/staso/cmd/staso/internal/ui"
	"github.com/staso-go/staso/internal/version"
)

// defaultAddr is where the library looks for a backend.
const defaultAddr = "127.0.0.1:7600"

type serveFlags struct {
	addr     string
	db       string
	debug    bool
	policies string
	webhook  string
}

func serveCommand() *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take traces in, keep them, show them, and judge tool calls",
		Long: "serve runs the backend until it is interrupted. What it has acknowledged is on disk: nothing of\n" +
			"it is lost, however the process ends. It listens on this machine only, as it knows no keys yet.\n\n" +
			"Calls that wait for a person are decided in a browser that has opened the link to approve, which is\n" +
			"printed at the start and is good once. A webhook is told of them; its requests are signed with the\n" +
			"secret in " + webhookSecret + ".",
		Example: "  staso serve\n" +
			"  staso serve --addr 127.0.0.1:0 --db /var/lib/staso/staso.db\n" +
			"  staso serve --policies policies/      # judge by these, and by what they become\n" +
			"  staso serve --guard-webhook https://chat.example/hooks/42\n" +
			"  staso serve --debug         # a line for each request",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), flags, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&flags.addr, "addr", defaultAddr, "the loopback address to listen on; port 0 takes a free one")
	cmd.Flags().StringVar(&flags.db, "db", "staso.db", "the file to keep the data in; made if it is not there")
	cmd.Flags().BoolVar(&flags.debug, "debug", false, "log every request")
	cmd.Flags().StringVar(&flags.policies, "policies", "", "the folder with the guard's policies, watched for changes; without it they are kept in the store")
	cmd.Flags().StringVar(&flags.webhook, "guard-webhook", "", "an http or https URL that is told of calls that wait for a person")
	return cmd
}

// serve runs the backend until ctx ends.
func serve(ctx context.Context, flags serveFlags, stdout, stderr io.Writer) (err error) {
	listener, err := listen(ctx, flags.addr)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // Serve has closed it, unless the store did not open
	path, err := filepath.Abs(flags.db)
	if err != nil {
		return fmt.Errorf("find the folder of %s: %w", flags.db, err)
	}
	st, err := openStore(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	log := newLogger(stderr, flags.debug)
	g, endGuard, err := newGuard(flags, st, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endGuard()) }()
	pages, err := newPages(st, g, log)
	if err != nil {
		return err
	}
	srv := server.New(st, server.Options{Logger: log, Pages: pages, Guard: g, Addr: flags.addr})
	fmt.Fprintf(stdout, "staso is at  http://%s\nits data in  %s\nto approve   http://%[1]s%[3]s  (good once)\nctrl-C to stop\n", listener.Addr(), path, g.SignInLink())
	log.Debug("start", zap.Stringer("addr", listener.Addr()), zap.String("db", path))
	if err := srv.Serve(ctx, listener); err != nil {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	log.Info("stopped: all that was acknowledged is in " + path)
	return nil
}

// newPages is what is shown at addresses that are not the API's.
func newPages(st store.Store, g *guardapi.Guard, log *zap.Logger) (http.Handler, error) {
	return ui.New(st, ui.Options{
		Version: version.Version,
		Guard:   g,
		Report: func(_ context.Context, err error) {
			log.Error("a page could not be made", zap.Error(err))
		},
	})
}

// listen opens addr, if it is this machine's alone.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	if err := checkAddr(addr); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program, perhaps another staso: stop that one, or choose another --addr", addr)
	case err != nil:
		return nil, fmt.Errorf("--addr %s: %w", addr, err)
	}
	return listener, nil
}

func checkAddr(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--addr %q is not HOST:PORT: give for instance %s", addr, defaultAddr)
	}
	if strings.EqualFold(host, "localhost") {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("--addr %s: others could reach that address, and staso knows no keys yet: give a loopback address, for instance %s", addr, defaultAddr)
}

// openStore opens the data, and says in a sentence why that cannot be.
func openStore(ctx context.Context, path string) (*sqlite.Store, error) {
	st, err := sqlite.Open(ctx, path)
	switch {
	case err == nil:
		return st, nil
	case errors.Is(err, sqlite.ErrLocked):
		return nil, fmt.Errorf("%s is in use by another process, perhaps another staso: stop that one, or choose another --db", path)
	case errors.Is(err, sqlite.ErrCorrupt):
		return nil, fmt.Errorf("%s is no sound staso store: move it away, or choose another --db (%w)", path, err)
	}
	return nil, fmt.Errorf("open %s: %w", path, err)
}
