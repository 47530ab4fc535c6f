package demo_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/cli"
)

// childVariable makes the test binary be the command: for what only a process
// shows.
const childVariable = "STASO_DEMO_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}
