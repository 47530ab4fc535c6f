// Package demo fills a backend with the runs of real small agents, so that there
// is something to look at a second after the command was typed.
//
// The agents go through the public library as any program would. Their tools are
// real and read the folder that the demo is started in; their model is a script
// that speaks the wire of a real one over loopback HTTP, unless a real one was
// asked for. What they may not do a guard keeps them from; what a person has to decide
// waits for one.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Options say how a demo is run.
type Options struct {
	// Listener is where the backend answers. Run closes it.
	Listener net.Listener
	// Pages makes the backend's pages; nil leaves them out.
	Pages func(store.Store, *guardapi.Guard, *zap.Logger) (http.Handler, error)
	// Logger is the backend's; nil is silence.
	Logger *zap.Logger
	// Dir is the folder that the agents look at; "" is the working folder.
	Dir string
	// Model is a real model as PROVIDER/NAME; "" is the script.
	Model string
	// Once ends the demo when its runs are stored.
	Once bool
	// LiveEvery is the pause between the questions that are asked while the demo
	// waits to be stopped, a hundred at most; 0 is 30 s. Real models are asked none.
	LiveEvery time.Duration
	// Out gets what is told to the user.
	Out io.Writer
	// LookupEnv reads the keys of real models; nil is [os.LookupEnv].
	LookupEnv func(string) (string, bool)
}

const (
	defaultLive = 30 * time.Second
	maxLive     = 100 // runs
	toolPace    = 25 * time.Millisecond
	sendTimeout = 10 * time.Second
	quitTimeout = time.Second
)

var errInterrupted = errors.New("interrupted before the runs were stored")

// Run runs a demo: until its runs are stored with Once, else until ctx ends. It
// then leaves nothing behind. The error says what failed, or what was lost.
func Run(ctx context.Context, o Options) (err error) {
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	if o.LiveEvery <= 0 {
		o.LiveEvery = defaultLive
	}
	asked, err := providerOf(o.Model, o.LookupEnv)
	if err != nil {
		return errors.Join(err, o.Listener.Close())
	}
	d := &demo{options: o, out: report{o.Out}, provider: asked}
	if d.backend, err = startBackend(ctx, o); err != nil {
		return d.interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, d.backend.stop()) }()
	return d.interrupted(ctx, d.run(ctx))
}

// interrupted is what is said of an error once ctx has ended: that it did. It is
// an error only where somebody waits for the runs to be stored.
func (d *demo) interrupted(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() == nil:
		return err
	case d.options.Once:
		return errInterrupted
	}
	d.out.line("stopped", "before the runs were stored")
	return nil
}

// demo is a demo under way.
type demo struct {
	options  Options
	out      report
	provider *provider // nil: the script
	backend  *backend
	folder   *folder.Folder
	guards   *guards
	tracer   *staso.Tracer
	http     *http.Client
}

func (d *demo) run(ctx context.Context) (err error) {
	d.out.line("backend", "%-26s (store: a temporary folder, removed on exit)", d.backend.url)
	if err := d.openFolder(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.folder.Close()) }()
	model, stop, err := d.startModel(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if d.tracer, err = d.newTracer(); err != nil {
		return err
	}
	defer d.shutdown()
	if d.guards, err = newGuards(d.backend.url); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.guards.close()) }()
	return d.show(ctx, model)
}

// show has the agents do what they are there for.
func (d *demo) show(ctx context.Context, model chat.Config) error {
	c := newCast(d.tracer, d.folder, d.guards, model)
	ran, err := d.play(ctx, c)
	if err == nil {
		err = d.settle(ctx, ran)
	}
	if err != nil || d.options.Once {
		return err
	}
	end := d.playWaiting(ctx, c)
	err = d.stay(ctx, newCast(d.tracer, d.folder, d.guards, d.slow(model)))
	end()
	if err == nil {
		d.out.line("stopped", "")
	}
	return err
}

// openFolder opens what the agents look at, or the sample where that is nothing
// to look at.
func (d *demo) openFolder(ctx context.Context) error {
	dir := d.options.Dir
	if dir == "" {
		dir = "."
	}
	opened, err := folder.Open(dir, folder.WithPace(toolPace))
	switch {
	case err == nil && opened.IsProject(ctx):
		d.folder = opened
		d.out.line("folder", "%s (read, never written)", opened.Dir())
		return nil
	case err == nil:
		d.out.line("folder", "a sample that comes with the program: %s holds no project", opened.Dir())
		err = opened.Close()
	default:
		d.out.line("folder", "a sample that comes with the program: %v", err)
		err = nil
	}
	d.folder = folder.Sample(folder.WithPace(toolPace))
	return err
}

// newTracer is all that a program needs to be seen. What the user's environment
// says to the user's own programs is not meant for the demo.
func (d *demo) newTracer() (*staso.Tracer, error) {
	return staso.New(
		staso.WithAgentName("staso-demo"),
		staso.WithAgentVersion(staso.Version),
		staso.WithEnvironment("demo"),
		staso.WithBaseURL(d.backend.url),
		staso.WithFlushInterval(200*time.Millisecond),
		staso.WithLookupEnv(nil),
	)
}

func (d *demo) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), quitTimeout)
	defer cancel()
	_ = d.tracer.Shutdown(ctx) //nolint:errcheck // what matters was flushed and counted before
}

// settle sees to it that all of the runs is stored, and says what is.
func (d *demo) settle(ctx context.Context, ran played) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := d.tracer.Flush(ctx); err != nil {
		return err
	}
	judged, err := d.guards.flush(ctx)
	if err != nil {
		return err
	}
	found, err := d.backend.count(ctx)
	if err != nil {
		return err
	}
	d.out.line("judged", "%s before they could run", number(int(judged), "tool call"))
	d.out.line("stored", "%d traces, %d spans", found.traces, found.spans)
	if ended := d.tracer.Stats().Spans.Ended; found.traces != ran.traces || found.spans != ended {
		return fmt.Errorf("%d runs of %d spans ended, but the backend has %d traces of %d spans", ran.traces, ended, found.traces, found.spans)
	}
	if !d.options.Once {
		d.out.invite(d.backend.url, d.backend.guard.SignInLink(), ran)
		if d.provider == nil {
			d.out.live(d.options.LiveEvery)
		}
	}
	return nil
}

// stay keeps the backend up until ctx ends. Meanwhile it asks a question now and
// then, slowly, so that a run can be watched as it goes.
func (d *demo) stay(ctx context.Context, c *cast) error {
	next := time.NewTimer(d.options.LiveEvery / 6) // the first one while the pages are being opened
	defer next.Stop()
	for asked := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case err := <-d.backend.failed:
			return fmt.Errorf("the backend ended: %w", err)
		case <-next.C:
			if d.provider == nil && asked < maxLive {
				scene := liveScenes(c)[asked%len(liveScenes(c))]
				_, _ = scene.play(ctx, nil) //nolint:errcheck // it is seen in the pages
				asked++
				next.Reset(d.options.LiveEvery)
			}
		}
	}
}

func (d *demo) slow(model chat.Config) chat.Config {
	if d.provider == nil {
		model.Model = slowModel
	}
	return model
}
