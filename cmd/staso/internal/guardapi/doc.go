// Package guardapi is the guard's part of the HTTP API: it judges tool calls by
// the same engine that runs in process elsewhere, keeps the decisions, puts what
// waits for a person into an inbox, and hands out policies.
//
// What is decided where the wire leaves room:
//
//   - To a client that lets calls run where it gets no verdict, a refusal is as good
//     as an allow. So a request is refused only where it cannot be made out what is
//     asked. Arguments may be whatever they are: they go to the engine byte for
//     byte, and what is wrong with them is its finding. A deadline out of bounds is
//     held to them; an unknown failure mode counts as fail_closed.
//   - The same request is the same decision_id with the same members, but for
//     deadline_ms and what a context says of the conversation so far.
//   - A verdict is answered once it is durable. One that does not let the call run
//     is answered also where it could not be stored; that is logged and counted.
//   - Where capture suppresses tool_arguments neither they nor the reasons that may
//     quote them are kept, and nobody could see what would run: what asks for a
//     person is blocked.
//   - Who may approve, and save policies, is in docs/adr/0008-approvals.md.
package guardapi
