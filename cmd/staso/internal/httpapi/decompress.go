package httpapi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// AcceptEncoding is what answers advertise, so that clients know that they may
// compress the bodies of further requests (RFC 7694).
const AcceptEncoding = "gzip, zstd"

// encodingOf returns the request's content encoding, "" for none.
func encodingOf(r *http.Request) string {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(r.Header.Values("Content-Encoding"), ",")))
	if encoding == "identity" {
		return ""
	}
	return encoding
}

// decoders keeps decompressors for reuse: they are large.
type decoders struct{ gzip, zstd sync.Pool }

// open returns a reader of the decompressed body, and what gives it back.
func (d *decoders) open(r *http.Request, raw io.Reader) (io.Reader, func(), error) {
	switch encodingOf(r) {
	case "":
		return raw, func() {}, nil
	case "gzip", "x-gzip":
		return d.openGzip(raw)
	case "zstd":
		return d.openZstd(raw)
	}
	return nil, nil, &Error{
		Status: http.StatusUnsupportedMediaType,
		Code:   CodeMalformedRequest,
		Detail: "header Content-Encoding: an encoding that is not known here: use gzip, zstd or none",
	}
}

func (d *decoders) openGzip(raw io.Reader) (io.Reader, func(), error) {
	z, ok := d.gzip.Get().(*gzip.Reader)
	if !ok {
		z = new(gzip.Reader)
	}
	// Its header is read at the first Read, so that an error comes from there.
	return &lazyGzip{z: z, raw: raw}, func() { d.gzip.Put(z) }, nil
}

type lazyGzip struct {
	z    *gzip.Reader
	raw  io.Reader
	open bool
}

func (l *lazyGzip) Read(p []byte) (int, error) {
	if !l.open {
		if err := l.z.Reset(l.raw); err != nil {
			return 0, early(err)
		}
		l.open = true
	}
	return l.z.Read(p)
}

// early makes of an end before the beginning what it is: an error.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (d *decoders) openZstd(raw io.Reader) (io.Reader, func(), error) {
	z, ok := d.zstd.Get().(*zstd.Decoder)
	if !ok {
		var err error
		// One at a time: it then has no goroutine of its own, and nothing is
		// lost when the pool forgets it.
		z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, nil, err
		}
	}
	if err := z.Reset(raw); err != nil {
		return nil, nil, err
	}
	return &zstdBody{z: z}, func() {
		_ = z.Reset(nil) //nolint:errcheck // it only lets go of the body
		d.zstd.Put(z)
	}, nil
}

// zstdBody turns what zstd says of a window that is too large into what it is
// here: a body that is too large.
type zstdBody struct{ z *zstd.Decoder }

func (b *zstdBody) Read(p []byte) (int, error) {
	n, err := b.z.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = errTooLarge
	}
	return n, err
}
