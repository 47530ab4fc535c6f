package guardapi

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// decision is how one reads in answers.
type decision struct {
	ID            uuid.UUID       `json:"decision_id"`
	Seq           int64           `json:"seq"`
	Time          time.Time       `json:"timestamp"`
	Origin        string          `json:"origin"`
	Source        string          `json:"decision_source"`
	Requester     string          `json:"requester"`
	Tool          string          `json:"tool_name"`
	Phase         string          `json:"phase"`
	Digest        string          `json:"digest"`
	Action        string          `json:"action"`
	Mode          string          `json:"mode"`
	Severity      string          `json:"severity"`
	Rule          string          `json:"rule_name"`
	Reason        string          `json:"reason"`
	WouldBlock    bool            `json:"would_block"`
	Hits          []store.Hit     `json:"rules"`
	PolicyVersion string          `json:"policy_version"`
	LatencyMS     float64         `json:"latency_ms"`
	EscalationID  *uuid.UUID      `json:"escalation_id"`
	AgentName     string          `json:"agent_name"`
	AgentID       string          `json:"agent_id"`
	Environment   string          `json:"environment"`
	Conversation  string          `json:"conversation_id"`
	User          string          `json:"user_id"`
	TraceID       *uuid.UUID      `json:"trace_id"`
	SpanID        *uuid.UUID      `json:"span_id"`
	InputPreview  string          `json:"input_preview"`
	InputBytes    int64           `json:"input_bytes"`
	Input         json.RawMessage `json:"tool_input,omitempty"`
	Verdict       json.RawMessage `json:"verdict,omitempty"`
	Prev          string          `json:"prev_hash"`
	Hash          string          `json:"hash"`
}

func shownDecision(d *store.Decision) decision {
	shown := decision{
		ID: d.ID, Seq: d.Seq, Time: d.Time, Origin: d.Origin, Source: d.Source, Requester: d.Requester, Tool: d.Tool, Phase: d.Phase,
		Digest: d.Digest, Action: d.Action, Mode: d.Mode, Severity: d.Severity, Rule: d.Rule, Reason: d.Reason, WouldBlock: d.WouldBlock,
		Hits: d.Hits, PolicyVersion: d.PolicyVersion, LatencyMS: float64(d.Latency) / float64(time.Millisecond),
		EscalationID: idOf(d.EscalationID), AgentName: d.AgentName, AgentID: d.AgentID, Environment: d.Environment,
		Conversation: d.ConversationID, User: d.UserID, TraceID: idOf(d.TraceID), SpanID: idOf(d.SpanID),
		InputPreview: d.Preview, InputBytes: d.InputBytes, Input: valueOf(d.Input), Verdict: valueOf(d.Result),
		Prev: hex.EncodeToString(d.Prev[:]), Hash: hex.EncodeToString(d.Hash[:]),
	}
	if shown.Hits == nil {
		shown.Hits = []store.Hit{}
	}
	return shown
}

// GetDecisions is GET /v1/guard/decisions.
func (h *Handlers) GetDecisions(w http.ResponseWriter, r *http.Request) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	q := decisionQuery(p)
	if p.Err() != nil {
		return p.Err()
	}
	found, err := h.store.Decisions(r.Context(), workspace, q)
	if err != nil {
		return err
	}
	list := make([]decision, len(found.Decisions))
	for i := range found.Decisions {
		list[i] = shownDecision(&found.Decisions[i])
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{"decisions": list, "next_cursor": cursorOf(found.NextCursor)})
}

func decisionQuery(p *httpapi.Params) store.DecisionQuery {
	return store.DecisionQuery{
		PageQuery: p.Page(), From: p.Time("from"), To: p.Time("to"), Tool: p.Text("tool_name"), Action: p.Text("action"),
		Rule: p.Text("rule_name"), WouldBlock: p.Flag("would_block"), AgentName: p.Text("agent_name"), Environment: p.Text("environment"),
		ConversationID: p.Text("conversation_id"), TraceID: p.ID("trace_id"), Origin: p.Text("origin"), Bodies: p.Flag("bodies"),
	}
}

// ParseDecisionQuery reads the filters of a list of decisions from a request: those
// of GET /v1/guard/decisions.
func ParseDecisionQuery(r *http.Request) (workspace string, q store.DecisionQuery, err error) {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return "", q, err
	}
	q = decisionQuery(p)
	return workspace, q, p.Err()
}

// GetDecision is GET /v1/guard/decisions/{decision_id}.
func (h *Handlers) GetDecision(w http.ResponseWriter, r *http.Request) error {
	workspace, err := httpapi.Workspace(r)
	if err != nil {
		return err
	}
	id, err := httpapi.PathID(r, "decision_id")
	if err != nil {
		return err
	}
	d, err := h.store.Decision(r.Context(), workspace, id)
	if err != nil {
		return err
	}
	return httpapi.WriteJSON(w, http.StatusOK, shownDecision(&d))
}

// GetChain is GET /v1/guard/decisions/verify: it goes through the chain.
func (h *Handlers) GetChain(w http.ResponseWriter, r *http.Request) error {
	workspace, err := httpapi.Workspace(r)
	if err != nil {
		return err
	}
	report, err := h.store.VerifyDecisions(r.Context(), workspace)
	if err != nil {
		return err
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{
		"whole": report.Broken == 0, "checked": report.Checked, "head": hex.EncodeToString(report.Head[:]),
		"broken": report.Broken, "reason": report.Reason,
	})
}

type ruleCount struct {
	Rule       string    `json:"rule_name"`
	Enforced   int64     `json:"enforced"`
	WouldBlock int64     `json:"would_block"`
	Failed     int64     `json:"failed"`
	Last       time.Time `json:"last_timestamp"`
}

// GetRules is GET /v1/guard/rules: what each rule found in some time.
func (h *Handlers) GetRules(w http.ResponseWriter, r *http.Request) error {
	workspace, p, err := paramsOf(r)
	if err != nil {
		return err
	}
	from, to := p.Time("from"), p.Time("to")
	if p.Err() != nil {
		return p.Err()
	}
	counts, err := h.store.RuleCounts(r.Context(), workspace, from, to)
	if err != nil {
		return err
	}
	list := make([]ruleCount, len(counts.Rules))
	for i, c := range counts.Rules {
		list[i] = ruleCount(c)
	}
	return httpapi.WriteJSON(w, http.StatusOK, map[string]any{
		"calls": counts.Calls, "stopped": counts.Stopped, "would_stop": counts.WouldStop, "rules": list,
	})
}
