package staso_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// childVariable names the part that the test binary plays when it is started
// again by itself.
const childVariable = "STASO_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "killed":
		killedChild(os.Args[1], os.Args[2])
	case "full":
		fullDiskChild(os.Args[1])
	default:
		goleak.VerifyTestMain(m)
	}
}
