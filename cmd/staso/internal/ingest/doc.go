// Package ingest takes in what clients send: traces and annotations. It decodes
// and checks the wire, hands what is sound to the store, and answers only when
// the store has made it durable.
//
// Whatever can be stored is: a trace that is not what it should be is rejected
// alone, with words, and the rest of its request is kept. A trace is taken whole
// or not at all. What is decided where the wire leaves room:
//
//   - Of a key that comes twice in one object, the last counts. Unknown fields
//     are passed over, null is as good as absent.
//   - Payloads (input, output, attributes) are kept as they were sent, JSON or
//     not. What is not JSON, or nested more than 128 deep, is shown as text, and
//     nothing is derived from it. A payload that comes as a JSON value in place
//     of a string is taken as it stands.
//   - In all text, NUL, lone surrogates and bytes that are not UTF-8 become
//     U+FFFD. An escape within a payload is not text but part of its JSON: it is
//     kept.
//   - A kind that is none of ours becomes custom, and stands in the attributes as
//     staso.original_kind. Attributes that are no JSON object move to
//     staso.original_attributes then.
//   - provider, tags and staso.provisional_root in attributes fill the fields of
//     the same meaning; provider only where the span has none of its own. Tags
//     count up to 64 of 256 bytes each.
//   - session_id, user_id, agent_name, agent_id, agent_version and timestamp of a
//     trace stand for those that its spans lack. Its other fields are what the
//     spans add up to, and are not taken from it.
//   - A negative duration, which a clock that was set back leaves behind, counts
//     as zero. Times before 1970 or more than 24 h ahead, durations beyond ten
//     years and counts beyond 10^12 are rejected.
//   - Names and labels are cut at 1 KiB, at a rune and with an ellipsis. Ids are
//     rejected there, as a cut one might be another's.
//   - A trace_id of null gets the UUIDv5, in the namespace that is itself the
//     UUIDv5 of https://github.com/staso-go/staso/derived-id in the URL namespace,
//     of "KEY/INDEX": the Idempotency-Key, and the trace's index in the request.
//     Without a key it is that of the bytes of the trace's JSON object as they
//     stand in the decompressed body.
//   - Parents that are missing, that arrive later, or that make a circle are
//     stored as they are.
//   - One request brings at most 16 MiB, 10,000 traces, 10,000 spans and 16
//     workspaces; a workspace is named by workspace_slug, else by the header
//     X-Workspace-Id, and "default" counts as unnamed.
package ingest
