package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// LineError says which line could not be read.
type LineError struct {
	// Line counts from 1.
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// errTooLong is for a line beyond MaxLineBytes.
var errTooLong = fmt.Errorf("longer than %d bytes", MaxLineBytes)

// Read yields what the lines of r hold, in their order.
//
// A line that is no record yields a [*LineError], and so does one that is longer
// than [MaxLineBytes]; the next lines follow. Any other error is r's, and the
// last. A last line that a crash has cut off is passed over in silence, since it
// was never accepted; so is an empty one. Fields that it does not know are left
// out.
func Read(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		lines := &lineReader{r: bufio.NewReaderSize(r, 64<<10)}
		for {
			line, whole, err := lines.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil && !errors.Is(err, errTooLong) {
				yield(Record{}, err)
				return
			}
			var record Record
			if err == nil {
				if len(bytes.TrimSpace(line)) == 0 {
					continue
				}
				record, err = decode(line)
			}
			if err != nil && !whole {
				return
			}
			if !yield(record, lines.blame(err)) {
				return
			}
		}
	}
}

func decode(line []byte) (Record, error) {
	var p prefix
	if err := json.Unmarshal(line, &p); err != nil {
		return Record{}, err
	}
	record := Record{Type: p.Type, Resource: p.Resource}
	var err error
	switch p.Type {
	case TypeSpan:
		err = json.Unmarshal(line, &record.Span)
	case TypeAnnotation:
		err = json.Unmarshal(line, &record.Annotation)
	default:
		err = fmt.Errorf("type %.40q: want span or annotation", p.Type)
	}
	if err != nil {
		return Record{}, err
	}
	return record, nil
}

// lineReader cuts lines of a bounded length.
type lineReader struct {
	r      *bufio.Reader
	line   []byte
	number int
}

// next returns the next line without its end. whole is false for a last one
// that has no end. The line is good until the next call.
func (l *lineReader) next() (line []byte, whole bool, err error) {
	l.line = l.line[:0]
	l.number++
	length := 0
	for {
		part, err := l.r.ReadSlice('\n')
		length += len(part)
		if length <= MaxLineBytes {
			l.line = append(l.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && length > 0:
			err = nil
		case err != nil:
			return nil, false, err
		default:
			whole = true
		}
		if length > MaxLineBytes {
			err = errTooLong
		}
		return l.line, whole, err
	}
}

// blame says which line an error is about.
func (l *lineReader) blame(err error) error {
	if err == nil {
		return nil
	}
	return &LineError{Line: l.number, Err: err}
}
