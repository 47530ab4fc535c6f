package staso

import "time"

// Config is what a [Tracer] was built with, after options, variables and
// defaults. It is a copy: changing it changes nothing.
type Config struct {
	// APIKey is "[redacted]" where a key was given, and empty where none was: the
	// key itself is not to be had again.
	APIKey       string `json:"api_key"`
	AgentName    string `json:"agent_name"`
	AgentVersion string `json:"agent_version"`
	BaseURL      string `json:"base_url"`
	Environment  string `json:"environment"`
	Workspace    string `json:"workspace_slug"`
	// Conversation is what spans belong to that are started outside any:
	// STASO_SESSION_ID, or none.
	Conversation string `json:"conversation_id"`

	Enabled bool `json:"enabled"`
	Debug   bool `json:"debug"`

	BatchSize     int           `json:"batch_size"`
	FlushInterval time.Duration `json:"flush_interval_ns"`
	QueueSize     int           `json:"queue_size"`
	QueueBytes    int           `json:"queue_bytes"`
	BlockOnFull   time.Duration `json:"block_on_full_ns"`
	FieldLimit    int           `json:"field_limit"`

	CaptureMessages  bool          `json:"capture_messages"`
	Capture          CapturePolicy `json:"capture"`
	CaptureVCS       bool          `json:"capture_vcs"`
	ProvisionalRoots []Kind        `json:"provisional_roots"`
	TrustedBaggage   bool          `json:"trusted_baggage"`
}
