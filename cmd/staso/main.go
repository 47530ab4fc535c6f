// Command staso is the backend of the staso library in one binary.
package main

import (
	"os"

	"github.com/staso-go/staso/cmd/staso/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdout, os.Stderr)) }
