package guardapi

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Members takes a JSON object apart.
func Members(text []byte) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	return all, members("body", text, func(name string, value []byte) error {
		all[name] = bytes.Clone(value)
		return nil
	})
}

// ReadAll reads a body as each of the requests would.
func ReadAll(body []byte) []error {
	r := &http.Request{Header: http.Header{}}
	_, evaluation := readEvaluation(r, body)
	_, _, escalation := readEscalation(r, body)
	_, _, redeem := readRedeem(body)
	_, ruling := readRuling(body)
	_, reports := New(nil, Options{}).Handlers(nil).readReports(r, body)
	return []error{evaluation, escalation, redeem, ruling, reports}
}
