package guard

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/staso-go/staso/internal/env"
)

// The variables that NewClient and CheckAll read.
const (
	envAPIKey         = "STASO_API_KEY"
	envBaseURL        = "STASO_BASE_URL"
	envWorkspace      = "STASO_WORKSPACE_SLUG"
	envEnabled        = "STASO_GUARD_ENABLED"
	envFailClosed     = "STASO_GUARD_FAIL_CLOSED"
	envTimeout        = "STASO_GUARD_TIMEOUT"
	envBatchTimeout   = "STASO_GUARD_BATCH_TIMEOUT"
	envMaxConcurrency = "STASO_GUARD_MAX_CONCURRENCY"
)

// applyEnv fills in what no option has said.
func (c *config) applyEnv() []error {
	lookup := env.Lookup(c.lookupEnv)
	var errs []error
	read := func(name string, take func(value string) error) {
		if value, ok := lookup.Text(name); ok && !c.given[name] {
			errs = append(errs, take(value))
		}
	}
	read(envAPIKey, func(value string) error { c.apiKey = value; return nil })
	read(envBaseURL, func(value string) error { return c.setBaseURL(envBaseURL, value) })
	read(envWorkspace, func(value string) error { return c.setWorkspace(envWorkspace, value) })
	read(envEnabled, func(value string) error { c.enabled = !strings.EqualFold(value, "false"); return nil })
	read(envFailClosed, func(string) error {
		closed := false
		err := asInvalid(lookup.Bool(envFailClosed, &closed))
		c.setFailClosed(closed)
		return err
	})
	read(envTimeout, func(value string) error {
		d, err := seconds(envTimeout, value)
		if err != nil {
			return err
		}
		return c.setTimeout(envTimeout+"="+value, d)
	})
	captured, err := lookup.Capture()
	c.capture = c.capture.Strictest(captured)
	return append(errs, asInvalid(err))
}

func asInvalid(err error) error {
	if err == nil {
		return nil
	}
	return invalid("%w", err)
}

// seconds reads a duration that is written as a number of seconds.
func seconds(name, value string) (time.Duration, error) {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || n < 0 {
		return 0, invalid("%s=%.40q: want a number of seconds, for instance 2.5", name, value)
	}
	return time.Duration(min(n, time.Hour.Seconds()) * float64(time.Second)), nil
}
