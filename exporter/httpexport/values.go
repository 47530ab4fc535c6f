package httpexport

import (
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

func appendUUID(dst []byte, id uuid.UUID) []byte {
	dst = append(dst, '"')
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return append(dst, '"')
}

// appendTime appends t by RFC 3339 in UTC, in microseconds or, where it has more,
// nanoseconds: some clients read exactly six digits and no fewer.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	// RFC 3339 has four digits for the year.
	if year := t.Year(); year < 1 {
		t = time.Time{}
	} else if year > 9999 {
		t = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	dst = append(dst, '"')
	dst = t.AppendFormat(dst, time.RFC3339)
	dst = append(dst[:len(dst)-1], '.') // over the Z
	nanos, digits := t.Nanosecond(), 9
	if nanos%1000 == 0 {
		nanos, digits = nanos/1000, 6
	}
	dst = append(dst, "000000000"[:digits]...)
	for i := len(dst) - 1; nanos > 0; i-- {
		dst[i] = byte('0' + nanos%10)
		nanos /= 10
	}
	return append(dst, 'Z', '"')
}
