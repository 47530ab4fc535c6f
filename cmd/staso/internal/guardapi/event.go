package guardapi

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// What the webhook is told of.
const (
	eventRequested = "escalation.requested"
	eventDecided   = "escalation.decided"
)

// event is what the webhook is sent. It holds no arguments: whoever may approve sees
// them where they approve.
type event struct {
	Type        string                 `json:"type"`
	Time        time.Time              `json:"timestamp"`
	Workspace   string                 `json:"workspace"`
	ID          uuid.UUID              `json:"escalation_id"`
	Path        string                 `json:"path"` // of its page
	Status      store.EscalationStatus `json:"status"`
	Tool        string                 `json:"tool_name"`
	Rule        string                 `json:"rule_name"`
	Reason      string                 `json:"reason"`
	Severity    string                 `json:"severity"`
	AgentName   string                 `json:"agent_name"`
	Environment string                 `json:"environment"`
	Digest      string                 `json:"digest"`
	RequestedAt time.Time              `json:"requested_at"`
	ExpiresAt   time.Time              `json:"expires_at"`
	DecidedBy   string                 `json:"decided_by,omitempty"`
	DecidedAt   *time.Time             `json:"decided_at,omitempty"`
	Comment     string                 `json:"comment,omitempty"`
}

// tell sends an event to the webhook, if there is one.
func (g *Guard) tell(kind, workspace string, e *store.Escalation) {
	if g.options.Webhook == nil {
		return
	}
	body, err := json.Marshal(event{
		Type: kind, Time: g.options.Now().UTC(), Workspace: workspace, ID: e.ID, Path: "/approvals/" + e.ID.String(), Status: e.Status,
		Tool: e.Tool, Rule: e.Rule, Reason: e.Reason, Severity: e.Severity, AgentName: e.AgentName, Environment: e.Environment,
		Digest: e.Digest, RequestedAt: e.RequestedAt, ExpiresAt: e.ExpiresAt,
		DecidedBy: e.DecidedBy, DecidedAt: timeOf(e.DecidedAt), Comment: e.Comment,
	})
	if err != nil {
		g.log.Error("an event has no JSON form", zap.Error(err))
		return
	}
	g.options.Webhook.send(body)
}
