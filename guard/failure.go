package guard

// unavailableResult is what becomes of a call on which there is no verdict. What
// is refused for the call's own sake is never let run: whoever made up the
// arguments must not be able to choose the failure mode.
func unavailableResult(kind FailureKind, mode FailureMode, reason string) Result {
	if kind == FailureCallRefused || mode != FailOpen {
		mode = FailClosed
	}
	r := Result{Action: ActionBlock, Failure: kind, FailureMode: mode}
	if kind == "" {
		r.Failure = FailureBackend
	}
	r.Reason = reason + "; the call does not run"
	if mode == FailOpen {
		r.Action, r.Reason = ActionAllow, reason+"; the call runs unjudged"
	}
	return r
}
