package httpexport

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// minCompressed is the size from which a body is worth compressing: below it,
// headers and latency weigh more.
const minCompressed = 1 << 10

// compressor decides whether bodies are compressed, by RFC 7694: from the moment
// that an answer's Accept-Encoding names gzip, until a 415.
type compressor struct {
	state   atomic.Int32
	writers sync.Pool
}

const (
	compressUnknown int32 = iota
	compressAccepted
	compressRefused
)

func (c *compressor) wants(size int) bool {
	return size >= minCompressed && c.state.Load() == compressAccepted
}

// learn reads what the backend says of itself. A refusal stands: a backend that
// names gzip and then refuses it has a proxy before it.
func (c *compressor) learn(h http.Header) {
	if acceptsGzip(h) {
		c.state.CompareAndSwap(compressUnknown, compressAccepted)
	}
}

func (c *compressor) refuse() { c.state.Store(compressRefused) }

func acceptsGzip(h http.Header) bool {
	for _, value := range h.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") {
				return !isZeroWeight(weight)
			}
		}
	}
	return false
}

func isZeroWeight(parameter string) bool {
	parameter = strings.ReplaceAll(strings.ToLower(parameter), " ", "")
	digits, found := strings.CutPrefix(parameter, "q=")
	return found && strings.Trim(digits, "0.") == ""
}

// compress appends src, compressed, to dst.
func (c *compressor) compress(dst, src []byte) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	w, ok := c.writers.Get().(*gzip.Writer)
	if ok {
		w.Reset(out)
	} else {
		var err error
		if w, err = gzip.NewWriterLevel(out, gzip.BestSpeed); err != nil {
			return dst, fmt.Errorf("compress body: %w", err)
		}
	}
	if _, err := w.Write(src); err != nil {
		return dst, fmt.Errorf("compress body: %w", err)
	}
	if err := w.Close(); err != nil {
		return dst, fmt.Errorf("compress body: %w", err)
	}
	c.writers.Put(w)
	return out.Bytes(), nil
}
