package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

var (
	// ErrConflict is wrapped where what is stored stands against what was asked:
	// nothing was changed, and the same would be refused again. The error's text
	// says what it is, in a sentence for a person.
	ErrConflict = errors.New("conflict")
	// ErrOwnRequest is returned where the key that asks for an approval is to give
	// it as well.
	ErrOwnRequest = errors.New("who asks for an approval cannot give it")
	// ErrInboxFull is returned where [MaxPending] calls wait for a person already.
	ErrInboxFull = errors.New("too many calls wait for a person")

	// ErrPending says that nobody has decided yet. It and those below are why a grant
	// is not given, or an escalation not decided; each is an ErrConflict.
	ErrPending = fmt.Errorf("%w: nobody has decided yet", ErrConflict)
	// ErrDecided says that somebody was first.
	ErrDecided = fmt.Errorf("%w: it was decided before", ErrConflict)
	// ErrDenied says that a person said no.
	ErrDenied = fmt.Errorf("%w: it was denied", ErrConflict)
	// ErrTimeout says that the time ran out.
	ErrTimeout = fmt.Errorf("%w: nobody decided in time", ErrConflict)
	// ErrMismatch says that the digest is another.
	ErrMismatch = fmt.Errorf("%w: these are not the arguments that were asked about", ErrConflict)
	// ErrRedeemed says that the grant is taken.
	ErrRedeemed = fmt.Errorf("%w: its approval was used before", ErrConflict)
	// ErrGrantExpired says that the grant was not taken in time.
	ErrGrantExpired = fmt.Errorf("%w: it was approved, and the approval was not used in time", ErrConflict)
	// ErrMoreWaiters says that the person did not see all.
	ErrMoreWaiters = fmt.Errorf("%w: more calls wait for it than were shown", ErrConflict)
)

// GuardStore keeps what the guard decides, the policies that it decides by, and
// what waits for a person. What holds for [Store] holds here: the workspace comes
// first, a nil error means durable, calls are safe for concurrent use, and
// arguments are neither kept nor changed.
type GuardStore interface {
	// RecordDecisions appends decisions to the workspace's chain, in order, and
	// sets the Seq, Prev and Hash of each. All are stored or, on an error, none.
	//
	// A decision whose ID is there already, also from earlier in the same call, is
	// not stored again; it conflicts where its Request differs. Neither keeps the
	// others from being stored.
	RecordDecisions(ctx context.Context, workspace string, decisions []Decision) ([]Recorded, error)
	// Decision returns one decision, whole.
	Decision(ctx context.Context, workspace string, id uuid.UUID) (Decision, error)
	// Decisions lists decisions that fit the query, by Time, then Seq, the last
	// first.
	Decisions(ctx context.Context, workspace string, q DecisionQuery) (DecisionPage, error)
	// RuleCounts counts what each rule found in from <= time < to; a zero time is
	// open.
	RuleCounts(ctx context.Context, workspace string, from, to time.Time) (RuleCounts, error)
	// VerifyDecisions goes through the workspace's chain and reports where it
	// ends and where it is broken, if it is.
	VerifyDecisions(ctx context.Context, workspace string) (ChainReport, error)

	// SavePolicy appends a revision of the policy p.Name, and sets Revision and
	// Time. base is the [PolicySet.Revision] that the change was made to: where
	// another change came in between, it is an ErrConflict. To delete is to save
	// a revision that is Deleted; of a policy that is not there, it is an
	// ErrNotFound.
	SavePolicy(ctx context.Context, workspace string, base int64, p Policy) (Policy, error)
	// Policies returns the policies in force after a revision; 0 is the latest.
	Policies(ctx context.Context, workspace string, revision int64) (PolicySet, error)
	// Policy returns one revision.
	Policy(ctx context.Context, workspace string, revision int64) (Policy, error)
	// PolicyHistory lists revisions, newest first.
	PolicyHistory(ctx context.Context, workspace string, q PolicyQuery) (PolicyPage, error)

	// Escalate puts a call before a person. A call that is like one that is
	// pending joins it (see [Escalation.Key]); else e begins, as pending. The
	// same waiter again, by its DecisionID, gets what it got before, whatever
	// became of that; with another call it is an ErrConflict. MaxPending and
	// MaxWaiters bound what may wait.
	Escalate(ctx context.Context, workspace string, e Escalation, w Waiter) (Escalation, error)
	// Escalation returns one escalation with its waiters.
	Escalation(ctx context.Context, workspace string, id uuid.UUID) (Escalation, error)
	// Escalations lists escalations without waiters, newest first.
	Escalations(ctx context.Context, workspace string, q EscalationQuery) (EscalationPage, error)
	// DecideEscalation approves or denies. The first verdict stands: a second one
	// gets ErrDecided, one on what has expired ErrTimeout, one where more wait than
	// [Verdict.Waiters] says ErrMoreWaiters. Where a waiter was asked for by
	// Verdict.Key, it is an ErrOwnRequest. Each comes with the escalation as it
	// stands.
	DecideEscalation(ctx context.Context, workspace string, id uuid.UUID, v Verdict) (Escalation, error)
	// Redeem takes a waiter's grant, which is there once: for the digest of the
	// very arguments, after an approval, before GrantsExpireAt. Else it is the
	// conflict above that says why not, with the escalation as it stands, or an
	// ErrNotFound where there is no such escalation or no such waiter in it.
	Redeem(ctx context.Context, workspace string, id uuid.UUID, digest string, decision uuid.UUID) (Escalation, error)
	// WatchEscalation returns a channel that is closed after the next change to
	// one escalation or, for uuid.Nil, to any of the workspace's, and a function
	// that ends the watching, which must be called. That time went by is no
	// change: see [Escalation.ExpiresAt].
	WatchEscalation(workspace string, id uuid.UUID) (changed <-chan struct{}, stop func())
}
