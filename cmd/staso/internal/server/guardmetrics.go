package server

import (
	"fmt"
	"strconv"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
)

// guardMetrics are what the guard counted.
func guardMetrics(t *text, c *guardapi.Counts) {
	t.head("staso_guard_decisions_total", "counter", "Calls judged, by what became of them.")
	c.ByAction(func(action string, n int64) { t.line(`staso_guard_decisions_total{action="`+action+`"}`, n) })
	for _, one := range []struct {
		name, kind, help string
		value            int64
	}{
		{"unavailable_total", "counter", "Calls that got no verdict within their deadline.", c.Unavailable.Load()},
		{"unrecorded_total", "counter", "Verdicts that were given and could not be stored.", c.Unrecorded.Load()},
		{"conflicts_total", "counter", "Requests under an id that was used for another one.", c.Conflicts.Load()},
		{"reported_total", "counter", "Decisions that local engines reported.", c.Reported.Load()},
		{"reports_rejected_total", "counter", "Reports rejected as malformed.", c.ReportsRejected.Load()},
		{"escalations_total", "counter", "Calls put before a person; identical ones count once.", c.Escalations.Load()},
		{"approved_total", "counter", "Escalations approved.", c.Approved.Load()},
		{"denied_total", "counter", "Escalations denied.", c.Denied.Load()},
		{"redeemed_total", "counter", "Approvals used.", c.Redeemed.Load()},
		{"refused_total", "counter", "Approvals asked for and not given.", c.Refused.Load()},
		{"waiting", "gauge", "Requests that wait for a person.", c.Waiting.Load()},
	} {
		t.one("staso_guard_"+one.name, one.kind, one.help, one.value)
	}
	guardHistogram(t, c)
}

func guardHistogram(t *text, c *guardapi.Counts) {
	const name = "staso_guard_evaluation_duration_seconds"
	t.head(name, "histogram", "Time of evaluations, to the commit of their decision.")
	total, sum := c.Histogram(func(bound float64, n int64) {
		t.line(name+`_bucket{le="`+strconv.FormatFloat(bound, 'g', -1, 64)+`"}`, n)
	})
	t.line(name+`_bucket{le="+Inf"}`, total)
	fmt.Fprintf(t, "%s_sum %g\n", name, sum.Seconds())
	t.line(name+"_count", total)
}

func (s *Server) webhookMetrics(t *text) {
	webhook := s.options.Guard.Webhook()
	if webhook == nil {
		return
	}
	t.one("staso_webhook_delivered_total", "counter", "Events that the webhook took.", webhook.Delivered.Load())
	t.one("staso_webhook_failed_total", "counter", "Events that it did not take.", webhook.Failed.Load())
	t.one("staso_webhook_dropped_total", "counter", "Events for which there was no room or no time.", webhook.Dropped.Load())
}
