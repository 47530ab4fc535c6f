// Package guardapi is the guard's part of the HTTP API: it judges tool calls by
// the same engine that runs in process elsewhere, keeps the decisions, puts what
// waits for a person into an inbox, and hands out policies.
package guardapi

import _ "github.com/staso-go/staso/guard/local/policy" // the engine's module
