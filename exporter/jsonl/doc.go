// Package jsonl is an exporter that writes one JSON object a line, for grep, jq
// and notebooks, and reads them back.
//
//	file, err := jsonl.New("traces.jsonl")
//	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(file))
//
// A line is a span in the form in which the API reads spans back
// ([exporter.SpanData]) or an annotation ([exporter.Annotation]), with three
// fields in front that say what it is and where it comes from:
//
//	{"type":"span","environment":"test","trace_id":"...","name":"plan","kind":"llm",...}
//	{"type":"annotation","environment":"test","trace_id":"...","name":"helpful",...}
//
//	jq 'select(.kind == "llm") | .usage.total_tokens' traces.jsonl
//
// # Files
//
// The file has mode 0600 and is appended to. One Exporter at a time may write it;
// a lock, PATH.lock beside it, keeps others out ([ErrLocked]). Where the next
// batch would take it beyond [WithMaxBytes], PATH becomes PATH.1, what was PATH.1
// becomes PATH.2 and so on, and the oldest beyond [WithMaxFiles] goes. A batch is
// never split over two files, nor written in part: what a full disk cut off is
// taken back. What a crash cut off is left as a line of its own, which [Read]
// reports and passes over.
//
// A crash of the process costs nothing that Export has accepted; a power cut may
// cost what the system has not written yet, unless [WithSync] is given.
package jsonl
