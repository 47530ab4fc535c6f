package cli

import (
	"io"

	"go.uber.org/zap"
)

// NewLogger is the logger of staso serve.
func NewLogger(w io.Writer, debug bool) *zap.Logger { return newLogger(w, debug) }
