package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// A segment is segmentHeader and then records. A record is a header of
// recordHeaderSize bytes, little endian, and a payload (codec.go):
//
//	magic        uint32
//	length       uint32  of the payload
//	spans        uint32  in the payload
//	annotations  uint32  in the payload
//	payload sum  uint32  CRC-32C
//	header sum   uint32  CRC-32C of the 20 bytes before it
//	state        uint32  settledMark, or anything else while it is pending
//
// The header has a sum of its own so that one that can be trusted tells what is
// lost with a payload that cannot, and where the next record starts. The state is
// the only thing that is ever written twice: a write of it that is cut off leaves
// the record pending, and so sent again.
const (
	segmentHeader    = "staso-spool/1\n"
	recordMagic      = 0x7fA0D15C
	recordHeaderSize = 28
	stateOffset      = 24
	settledMark      = 0x656e6f64 // "done"
	// maxPayload keeps a length far from overflow on any platform.
	maxPayload = 1 << 30
)

var (
	// errTorn means that the file ends within a record: a write that never
	// finished, so a batch that was never accepted.
	errTorn = errors.New("record is cut off")
	// errDamaged means that no record can be told from here on.
	errDamaged = errors.New("record header is damaged")
	// errPayload means that one record is lost and that the next can be read.
	errPayload = errors.New("record payload is damaged")
)

// record is what a record header tells.
type record struct {
	length  int64 // of the payload
	sum     uint32
	count   Count
	settled bool
}

// end is where a record that starts at offset ends.
func (r record) end(offset int64) int64 { return offset + recordHeaderSize + r.length }

func checksum(data []byte) uint32 {
	return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) // MakeTable returns the standard library's one table
}

// putHeader fills the first recordHeaderSize bytes of frame, the payload of
// which follows them.
func putHeader(frame []byte, count Count) {
	payload := frame[recordHeaderSize:]
	le := binary.LittleEndian
	le.PutUint32(frame[0:], recordMagic)
	le.PutUint32(frame[4:], uint32(len(payload)))
	le.PutUint32(frame[8:], uint32(count.Spans))
	le.PutUint32(frame[12:], uint32(count.Annotations))
	le.PutUint32(frame[16:], checksum(payload))
	le.PutUint32(frame[20:], checksum(frame[:20]))
	le.PutUint32(frame[stateOffset:], 0)
}

func parseHeader(header []byte) (record, error) {
	le := binary.LittleEndian
	length := le.Uint32(header[4:])
	if le.Uint32(header) != recordMagic || le.Uint32(header[20:]) != checksum(header[:20]) || length > maxPayload {
		return record{}, errDamaged
	}
	return record{
		length:  int64(length),
		sum:     le.Uint32(header[16:]),
		count:   Count{Batches: 1, Spans: int64(le.Uint32(header[8:])), Annotations: int64(le.Uint32(header[12:]))},
		settled: le.Uint32(header[stateOffset:]) == settledMark,
	}, nil
}

// readHeader reads the header at offset of a file whose records end at size.
func readHeader(file io.ReaderAt, offset, size int64) (record, error) {
	if offset+recordHeaderSize > size {
		return record{}, errTorn
	}
	var header [recordHeaderSize]byte
	if _, err := file.ReadAt(header[:], offset); err != nil {
		return record{}, tornAtEOF(err)
	}
	r, err := parseHeader(header[:])
	if err == nil && r.end(offset) > size {
		err = errTorn
	}
	return r, err
}

// readPayload reads and checks the payload of the record r at offset. It
// allocates no more than the file holds, since r came from readHeader.
func readPayload(file io.ReaderAt, offset int64, r record) ([]byte, error) {
	payload := make([]byte, r.length)
	if _, err := file.ReadAt(payload, offset+recordHeaderSize); err != nil {
		return nil, tornAtEOF(err)
	}
	if checksum(payload) != r.sum {
		return nil, errPayload
	}
	return payload, nil
}

func tornAtEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return errTorn
	}
	return err
}

// checkSegmentHeader returns errTorn for a segment whose header was not written
// to its end, and an error of its own for one that another version wrote.
func checkSegmentHeader(file *os.File) error {
	var header [len(segmentHeader)]byte
	if _, err := file.ReadAt(header[:], 0); err != nil {
		return tornAtEOF(err)
	}
	if string(header[:]) == segmentHeader {
		return nil
	}
	const stem = len("staso-spool/")
	if string(header[:stem]) == segmentHeader[:stem] {
		return fmt.Errorf("segment %s has format %q, this version reads %q: "+
			"let the version that wrote it send it, or remove it", file.Name(), header[stem:], "1")
	}
	return errDamaged
}
