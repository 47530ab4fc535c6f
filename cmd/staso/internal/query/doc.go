// Package query is the half of the backend's API that reads back: lists of
// traces, one trace with its spans, its export, and the roll-ups by
// conversation, agent and user.
package query
