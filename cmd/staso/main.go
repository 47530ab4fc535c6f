// Command staso is the backend of the staso library in one binary.
//
//	staso serve      take traces in, and show them on http://127.0.0.1:7600
//	staso demo       the same on a free port, filled by small agents
//	staso traces     the newest traces, in the terminal
//	staso trace ID   one of them, as a tree
//	staso guard      judge tool calls, and test the rules that do
//	staso version    the version
//
// Each of them tells its flags with --help.
package main

import (
	"os"

	"github.com/staso-go/staso/cmd/staso/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
