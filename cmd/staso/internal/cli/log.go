package cli

import (
	"io"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// newLogger writes lines that a person reads: time, level, what, and fields.
// Unless debugging is on, a line that comes again and again, as of requests that
// fail on a full disk, is written at most five times a second.
func newLogger(w io.Writer, debug bool) *zap.Logger {
	config := zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", MessageKey: "message", StacktraceKey: "stack",
		LineEnding:     zapcore.DefaultLineEnding,
		EncodeLevel:    zapcore.CapitalLevelEncoder,
		EncodeTime:     zapcore.TimeEncoderOfLayout(time.TimeOnly),
		EncodeDuration: zapcore.StringDurationEncoder,
	}
	level := zapcore.InfoLevel
	if debug {
		level = zapcore.DebugLevel
	}
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(config), zapcore.Lock(zapcore.AddSync(w)), level)
	if !debug {
		core = zapcore.NewSamplerWithOptions(core, time.Second, 5, 0)
	}
	return zap.New(core)
}
