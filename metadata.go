package staso

// Keys of span metadata that backends, and the Python client, know the meaning
// of. Any other key is carried too.
const (
	KeyProvider  string = "provider"
	KeyTags      string = "tags"
	KeyToolName  string = "tool_name"
	KeyAgentName string = "agent_name"
)

// Keys of what was asked of a model.
const (
	KeyTemperature      string = "temperature"
	KeyMaxTokens        string = "max_tokens"
	KeyTopP             string = "top_p"
	KeyTopK             string = "top_k"
	KeyStopSequences    string = "stop_sequences"
	KeyToolChoice       string = "tool_choice"
	KeyThinking         string = "thinking"
	KeyServiceTier      string = "service_tier"
	KeyResponseFormat   string = "response_format"
	KeyFrequencyPenalty string = "frequency_penalty"
	KeyPresencePenalty  string = "presence_penalty"
	KeySeed             string = "seed"
	KeyAPIBase          string = "api_base"
	KeyExtraBody        string = "extra_body"
)

// Keys of what a model answered.
const (
	KeyStopReason       string = "stop_reason"
	KeyStopSequence     string = "stop_sequence"
	KeyResponseID       string = "response_id"
	KeyTimeToFirstToken string = "time_to_first_token" // seconds, a float
)

// Keys of the details of [Usage], which [Span.SetUsage] sets.
const (
	KeyCacheReadInputTokens     string = "cache_read_input_tokens"
	KeyCacheCreationInputTokens string = "cache_creation_input_tokens"
	KeyCacheWrite5mInputTokens  string = "cache_write_5m_input_tokens"
	KeyCacheWrite1hInputTokens  string = "cache_write_1h_input_tokens"
	KeyReasoningTokens          string = "reasoning_tokens"
	KeyAudioInputTokens         string = "audio_input_tokens"
	KeyAudioOutputTokens        string = "audio_output_tokens"
)

// Keys of where code is, and of what went wrong in it.
const (
	KeyCodeFilepath   string = "code.filepath"
	KeyCodeLineno     string = "code.lineno"
	KeyCodeFunction   string = "code.function"
	KeyExceptionType  string = "exception.type"
	KeyExceptionChain string = "exception.chain" // the wrapped errors, outermost first
)

// Keys of the version of the code, on root spans.
const (
	KeyVCSCommitSHA string = "vcs.commit.sha"
	KeyVCSBranch    string = "vcs.branch"
	KeyVCSRepoURL   string = "vcs.repo_url"
	KeyVCSIsDirty   string = "vcs.is_dirty"
)

// Keys of a guard's decision.
const (
	KeyGuardAction            string = "guard_action"
	KeyGuardReason            string = "guard_reason"
	KeyGuardLatencyMS         string = "guard_latency_ms"
	KeyGuardDecisionID        string = "guard_decision_id"
	KeyGuardDecisionSource    string = "guard_decision_source"
	KeyGuardDecisionAvailable string = "guard_decision_available"
	KeyGuardEvaluationStatus  string = "guard_evaluation_status"
	KeyGuardFailureKind       string = "guard_failure_kind"
	KeyGuardFailureMode       string = "guard_failure_mode"
	KeyGuardRetryable         string = "guard_retryable"
	KeyGuardEvaluations       string = "guard_evaluations"
	KeyGuardSeverity          string = "guard_severity"
	KeyGuardRules             string = "guard_rules"       // names of the rules that count
	KeyGuardWouldBlock        string = "guard_would_block" // names of those in audit mode
	KeyGuardMode              string = "guard_mode"        // "audit" where only such rules found something, else "enforce"
	KeyGuardPolicyVersion     string = "guard_policy_version"
	KeyGuardDigest            string = "guard_digest"
	KeyGuardEscalationID      string = "guard_escalation_id"
	KeyGuardApproval          string = "guard_approval"
)
