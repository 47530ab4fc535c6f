package business

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
)

type paymentThreshold struct {
	most     float64
	currency string
	args     glob.Set
}

// NewPaymentThreshold makes the detector of payment_threshold: it finds amounts
// over "max", alone or added up over a list, amounts that cannot be read, and
// amounts in another currency than "currency". "args" are globs of the fields that
// hold them; else it is every argument that is money.
func NewPaymentThreshold(with detect.Params) (detect.Detector, error) {
	var params struct {
		Max      *float64 `json:"max"`
		Currency string   `json:"currency"`
		Args     []string `json:"args"`
	}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if params.Max == nil {
		return nil, errors.New("with: max is missing: write the largest amount that may pass")
	}
	if *params.Max < 0 {
		return nil, fmt.Errorf("with: max is %v: it must be 0 or more", *params.Max)
	}
	if len(params.Currency) != 0 && len(params.Currency) != 3 {
		return nil, fmt.Errorf(`with: currency is %q: it must be a code of three letters, "EUR"`, params.Currency)
	}
	args, err := globs("args", params.Args)
	if err != nil {
		return nil, err
	}
	return &paymentThreshold{most: *params.Max, currency: strings.ToUpper(params.Currency), args: args}, nil
}

// Detect looks at every amount, and at the sum of those that a list holds.
func (p *paymentThreshold) Detect(c *detect.Call, report func(detect.Finding)) {
	var lists sums
	for arg := range own(c) {
		if !p.isAmount(arg) || !c.Budget.Spend(len(arg.Text)) {
			continue
		}
		a := amountOf(arg)
		if finding, ok := p.judge(c, arg, a); ok {
			report(finding)
			continue
		}
		lists.add(arg.Field, a)
	}
	for field, sum := range lists.over(p.most) {
		report(detect.Finding{
			Code: "payment.sum_over_limit", Severity: guard.SeverityHigh, Field: field,
			Reason: fmt.Sprintf("Moves %s in parts, over the limit of %s.", decimal(sum), p.limit()),
		})
	}
}

func (p *paymentThreshold) isAmount(arg *detect.Arg) bool {
	if len(p.args) > 0 {
		return p.args.Match(pattern(arg.Field))
	}
	return arg.Kinds&detect.Money != 0 && strings.TrimSpace(arg.Text) != ""
}

func (p *paymentThreshold) judge(c *detect.Call, arg *detect.Arg, a amount) (detect.Finding, bool) {
	finding := detect.Finding{Severity: guard.SeverityHigh, Field: arg.Field, End: len(arg.Text), Match: arg.Text}
	if a.currency == "" {
		a.currency = currencyBeside(c, arg.Field)
	}
	switch {
	case !a.readable():
		finding.Code = "payment.unreadable"
		finding.Reason = "Moves an amount that cannot be compared with the limit."
	case math.Abs(a.value) > p.most:
		finding.Code = "payment.over_limit"
		finding.Reason = fmt.Sprintf("Moves %s, over the limit of %s.", decimal(a.value), p.limit())
	case p.currency != "" && a.currency != "" && a.currency != p.currency:
		finding.Code = "payment.currency"
		finding.Reason = fmt.Sprintf("Moves an amount in %s, but the limit is in %s.", a.currency, p.currency)
	default:
		return detect.Finding{}, false
	}
	return finding, true
}

func (p *paymentThreshold) limit() string {
	return strings.TrimSpace(decimal(p.most) + " " + p.currency)
}

// decimal is a number as people write it.
func decimal(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// currencyBeside is the currency that an argument beside the amount names, or else
// one of the call's own; empty where none does.
func currencyBeside(c *detect.Call, field string) string {
	beside, general := "", ""
	for arg := range own(c) {
		if len(arg.Text) != 3 || !strings.HasPrefix(arg.Key, "currency") && !strings.HasSuffix(arg.Key, "currency") {
			continue
		}
		switch parent(arg.Field) {
		case parent(field):
			beside = strings.ToUpper(arg.Text)
		case "":
			general = strings.ToUpper(arg.Text)
		}
	}
	if beside != "" {
		return beside
	}
	return general
}

// sums adds up the amounts of each list.
type sums struct {
	fields []string
	totals []float64
}

// mostSums is how many lists are added up apart. The last one is that of all further
// lists too.
const mostSums = 16

func (s *sums) add(field string, a amount) {
	list := pattern(field)
	if list == field {
		return
	}
	for i := range s.fields {
		if s.fields[i] == list {
			s.totals[i] += math.Abs(a.value)
			return
		}
	}
	if len(s.fields) == mostSums {
		s.totals[mostSums-1] += math.Abs(a.value)
		return
	}
	s.fields, s.totals = append(s.fields, list), append(s.totals, math.Abs(a.value))
}

// over yields the lists whose sum is more than most.
func (s *sums) over(most float64) func(yield func(string, float64) bool) {
	return func(yield func(string, float64) bool) {
		for i, total := range s.totals {
			if total > most && !yield(s.fields[i], total) {
				return
			}
		}
	}
}
