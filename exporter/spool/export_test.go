package spool

// The codec has no public door through which a fuzzer would get far: a checksum
// is before it.
var (
	AppendBatch = appendBatch
	DecodeBatch = decodeBatch
)
