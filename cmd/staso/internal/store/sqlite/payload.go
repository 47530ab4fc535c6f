package sqlite

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

const (
	// compressFrom is the size in bytes from which a payload is compressed: a
	// row below it fits its page, so that compressing would cost time and save
	// no page.
	compressFrom = 4 << 10
	// squeezeFrom is that of a payload that repeats itself.
	squeezeFrom = 1 << 10
	// previewBytes is how much of a payload a list shows.
	previewBytes = 512
	// decodedLimit bounds what one payload may unpack to, whatever a damaged
	// file claims.
	decodedLimit = 1 << 30
)

// codec packs payloads. It is safe for concurrent use.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	scratch sync.Pool // of *[]byte, for squeeze
}

func newCodec() (*codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(4),
		zstd.WithWindowSize(1<<18), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(4), zstd.WithDecoderMaxMemory(decodedLimit))
	if err != nil {
		return nil, err
	}
	return &codec{encoder: encoder, decoder: decoder}, nil
}

func (c *codec) close() {
	c.decoder.Close()
}

// pack returns the bytes to store, appended to nothing the caller owns, and
// whether they are packed: whole size, then the head as it is, so that a
// preview need not unpack, then the zstd frame of the whole.
func (c *codec) pack(payload []byte) ([]byte, bool) {
	if len(payload) < compressFrom {
		return payload, false
	}
	out := make([]byte, 4, len(payload)/2)
	binary.LittleEndian.PutUint32(out, uint32(len(payload)))
	out = append(out, payload[:previewBytes]...)
	out = c.encoder.EncodeAll(payload, out)
	if len(out) >= len(payload) {
		return payload, false
	}
	return out, true
}

// squeeze returns the bytes to store of a payload of which no beginning is asked
// for, and whether they are squeezed: by S2, which takes a third of the time that
// zstd does for so few bytes. A verdict repeats itself rule by rule, and to squeeze
// it costs less than to write it.
func (c *codec) squeeze(payload []byte) ([]byte, bool) {
	if len(payload) < squeezeFrom {
		return payload, false
	}
	scratch, _ := c.scratch.Get().(*[]byte)
	if scratch == nil {
		scratch = new([]byte)
	}
	defer c.scratch.Put(scratch)
	if need := s2.MaxEncodedLen(len(payload)); cap(*scratch) < need {
		*scratch = make([]byte, need)
	}
	return slices.Clone(s2.Encode((*scratch)[:cap(*scratch)], payload)), true
}

func unsqueeze(stored []byte, squeezed bool) ([]byte, error) {
	if !squeezed {
		return stored, nil
	}
	if size, err := s2.DecodedLen(stored); err == nil && size > decodedLimit {
		return nil, fmt.Errorf("%w: a verdict claims to have %d bytes", ErrCorrupt, size)
	}
	out, err := s2.Decode(nil, stored)
	if err != nil {
		return nil, fmt.Errorf("%w: unpack a verdict: %w", ErrCorrupt, err)
	}
	return out, nil
}

func (c *codec) unpack(stored []byte, packed bool) ([]byte, error) {
	if !packed {
		return stored, nil
	}
	if len(stored) < 4+previewBytes {
		return nil, fmt.Errorf("%w: a packed payload has %d bytes", ErrCorrupt, len(stored))
	}
	out, err := c.decoder.DecodeAll(stored[4+previewBytes:], nil)
	if err != nil {
		return nil, fmt.Errorf("%w: unpack a payload: %w", ErrCorrupt, err)
	}
	return out, nil
}

// preview returns the payload's beginning and its whole size, from the first
// bytes of what is stored and the stored size.
func preview(stored []byte, storedSize int64, packed bool) (string, int64) {
	size := storedSize
	if packed && len(stored) >= 4 {
		size = int64(binary.LittleEndian.Uint32(stored))
		stored = stored[4:]
	}
	return cut(stored, previewBytes), size
}

// cut returns at most n bytes of b, not ending within a rune.
func cut(b []byte, n int) string {
	if len(b) <= n {
		return string(b)
	}
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return string(b[:n])
}
