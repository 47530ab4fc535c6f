package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// What of judges nobody needs to turn.
const (
	judgesAtOnce   = 8 // running, also those that were left behind
	judgeTimeout   = 10 * time.Second
	judgesAMinute  = 600 // calls for one rule, where it says nothing
	judgeThreshold = 0.5
)

// judgeParams is what a judge's rule says under "with". The judge sees all of it.
type judgeParams struct {
	// Instructions tell the judge more about what to look for.
	Instructions string `json:"instructions"`
	// Topics are what sensitive_topics is about.
	Topics []string `json:"topics"`
	// Threshold is the score, above 0 and up to 1, from which on a verdict counts.
	// The default is 0.5.
	Threshold float64 `json:"threshold"`
	// PerMinute bounds how often the judge is asked for the rule. The default is
	// 600; more than that is an error of the rule.
	PerMinute int `json:"per_minute"`
}

// judgeRule is what the engine keeps for a judge's rule. As a detector it finds
// nothing.
type judgeRule struct {
	judgeParams

	mu     sync.Mutex
	tokens float64
	filled time.Time
}

func newJudgeRule(with detect.Params) (detect.Detector, error) {
	r := &judgeRule{judgeParams: judgeParams{Threshold: judgeThreshold, PerMinute: judgesAMinute}}
	if err := with.Decode(&r.judgeParams); err != nil {
		return nil, err
	}
	if r.Threshold <= 0 || r.Threshold > 1 {
		return nil, fmt.Errorf("with: threshold: %v is not above 0 and up to 1", r.Threshold)
	}
	if r.PerMinute < 1 {
		return nil, fmt.Errorf("with: per_minute: %d is less than 1", r.PerMinute)
	}
	r.tokens = float64(r.PerMinute)
	return r, nil
}

// Detect finds nothing: a judge is asked when all detectors have been.
func (*judgeRule) Detect(*detect.Call, func(detect.Finding)) {}

// allow takes one call from the minute's.
func (r *judgeRule) allow(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if passed := now.Sub(r.filled); !r.filled.IsZero() && passed > 0 {
		r.tokens = min(float64(r.PerMinute), r.tokens+passed.Minutes()*float64(r.PerMinute))
	}
	r.filled = now
	if r.tokens < 1 {
		return false
	}
	r.tokens--
	return true
}

// judges asks the judge, a few times at once at most.
type judges struct {
	judge Judge
	slots chan struct{}
	ctx   context.Context //nolint:containedctx // of the engine: ends what was left behind
	stop  context.CancelFunc
}

func newJudges(judge Judge) *judges {
	ctx, stop := context.WithCancel(context.Background())
	return &judges{judge: judge, slots: make(chan struct{}, judgesAtOnce), ctx: ctx, stop: stop}
}

var errJudgesBusy = errors.New("too many judges are running")

type judged struct {
	verdict JudgeVerdict
	err     error
}

// ask waits for the judge until ctx ends, and leaves behind one that does not
// answer. That one keeps its slot until it does, so they cannot pile up.
func (js *judges) ask(ctx context.Context, request JudgeRequest) (JudgeVerdict, error) {
	select {
	case js.slots <- struct{}{}:
	case <-ctx.Done():
		return JudgeVerdict{}, errJudgesBusy
	}
	answer := make(chan judged, 1)
	go func() {
		defer func() { <-js.slots }()
		answer <- js.call(ctx, request)
	}()
	select {
	case a := <-answer:
		return a.verdict, a.err
	case <-ctx.Done():
		return JudgeVerdict{}, ctx.Err()
	}
}

func (js *judges) call(ctx context.Context, request JudgeRequest) (a judged) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(js.ctx, cancel)()
	defer func() {
		if reason := recover(); reason != nil {
			a = judged{err: fmt.Errorf("the judge panicked with a %T", reason)}
		}
	}()
	verdict, err := js.judge.Judge(ctx, request)
	return judged{verdict, err}
}

// copied is the call with what a judge that was left behind may still read.
func copied(call guard.Call) guard.Call {
	call.Input = append(json.RawMessage(nil), call.Input...)
	call.Output = append(json.RawMessage(nil), call.Output...)
	call.History = append([]guard.Message(nil), call.History...)
	call.Tools = append([]string(nil), call.Tools...)
	call.Schema = append(json.RawMessage(nil), call.Schema...)
	call.Attributes = maps.Clone(call.Attributes)
	return call
}
