package guardapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard/local/policy"
)

const (
	maxPolicyBytes = 1 << 20
	maxPolicyName  = 128
	maxPolicies    = 100
	// saveTries is how often a save without a base is tried on what others saved
	// meanwhile.
	saveTries = 5
)

// Change is a change to a workspace's policies.
type Change struct {
	Name    string
	YAML    []byte
	Delete  bool
	Author  string
	Comment string
	// Base is the revision of the set that the change was made to; where another
	// change came in between, nothing is saved. -1 does not ask.
	Base int64
}

// SavePolicy saves a change if the policies that are then in force together can be
// used, and puts them in force. r must come from a page of a browser that may
// approve, as for [Guard.Decide]: to change what is asked for is to approve it.
//
// Its error is a [*httpapi.Error] or one of the store's; that of a policy with
// mistakes tells each with its line.
func (g *Guard) SavePolicy(r *http.Request, workspace string, c Change) (store.Policy, error) {
	if err := g.permit(r); err != nil {
		return store.Policy{}, err
	}
	if g.options.Checker != nil {
		return store.Policy{}, &httpapi.Error{
			Status: http.StatusConflict, Code: "read_only", Detail: "the policies come from " + g.options.Source + ": change them there",
		}
	}
	if err := c.check(); err != nil {
		return store.Policy{}, err
	}
	for try := 1; ; try++ {
		saved, err := g.save(r.Context(), workspace, c)
		if c.Base >= 0 || try == saveTries || !errors.Is(err, store.ErrConflict) {
			return saved, policyError(err)
		}
	}
}

func (c *Change) check() error {
	if c.Name == "" || len(c.Name) > maxPolicyName || strings.ContainsAny(c.Name, "/\\\x00\n\r") || !utf8.ValidString(c.Name) {
		return httpapi.Malformed("name: a string of %d bytes: want a policy's name, at most %d bytes without slashes", len(c.Name), maxPolicyName)
	}
	if len(c.YAML) > maxPolicyBytes {
		return httpapi.TooLarge("policy %s: %d bytes: want at most %d", c.Name, len(c.YAML), maxPolicyBytes)
	}
	if len(c.Comment) > maxComment || len(c.Author) > maxIDBytes {
		return httpapi.Malformed("comment: %d bytes, author: %d bytes: want at most %d and %d", len(c.Comment), len(c.Author), maxComment, maxIDBytes)
	}
	return nil
}

// save tries the change out on what is in force, and saves it.
func (g *Guard) save(ctx context.Context, workspace string, c Change) (store.Policy, error) {
	set, err := g.store.Policies(ctx, workspace, 0)
	if err != nil {
		return store.Policy{}, err
	}
	if c.Base >= 0 && c.Base != set.Revision {
		return store.Policy{}, store.ErrConflict
	}
	saved := store.Policy{Name: c.Name, Author: sound(c.Author), Comment: sound(c.Comment), Deleted: c.Delete}
	set.Policies = slices.DeleteFunc(set.Policies, func(p store.Policy) bool { return p.Name == c.Name })
	if !c.Delete {
		parsed, err := policy.Parse(c.Name, c.YAML)
		if err != nil {
			return saved, unusable(err)
		}
		saved.Content, saved.Version = c.YAML, parsed.Version
		set.Policies = append(set.Policies, saved)
	}
	if len(set.Policies) > maxPolicies {
		return saved, httpapi.Malformed("policies: %d of them: at most %d may be in force together", len(set.Policies), maxPolicies)
	}
	policies, err := parseSet(set)
	if err == nil {
		err = tryOut(policies)
	}
	if err != nil {
		return saved, unusable(err)
	}
	saved, err = g.store.SavePolicy(ctx, workspace, set.Revision, saved)
	if err == nil {
		set.Revision = saved.Revision
		g.engines.replace(workspace, set, policies)
	}
	return saved, err
}

func unusable(err error) error {
	return &httpapi.Error{
		Status: http.StatusUnprocessableEntity, Code: httpapi.CodeMalformedRequest,
		Detail: "the policy cannot be used, and nothing was saved: " + err.Error(),
	}
}

func policyError(err error) error {
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	return &httpapi.Error{
		Status: http.StatusPreconditionFailed, Code: "conflict",
		Detail: "the policies were changed meanwhile: look at them again, and save your change once more",
	}
}

// policySet returns the policies after a revision, or those of the folder, which has
// no revisions.
func (g *Guard) policySet(ctx context.Context, workspace string, revision int64) (set store.PolicySet, err error) {
	if g.options.Checker == nil {
		return g.store.Policies(ctx, workspace, revision)
	}
	policies, _, err := g.InForce(ctx, workspace)
	for _, p := range policies {
		if filepath.Ext(p.Source) == "" {
			continue // built in: every engine has it
		}
		content, err := os.ReadFile(p.Source)
		if err != nil {
			return set, fmt.Errorf("read policy: %w", err)
		}
		set.Policies = append(set.Policies, store.Policy{Name: p.Name, Version: p.Version, Content: content})
	}
	return set, err
}

// setVersion is the version of a set, and its ETag: the same policies have the same
// one, whatever was between.
func setVersion(set *store.PolicySet) string {
	h := sha256.New()
	for i := range set.Policies {
		p := &set.Policies[i]
		h.Write([]byte(p.Name + "\x00"))
		sum := sha256.Sum256(p.Content)
		h.Write(sum[:])
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))[:24]
}

type policyAnswer struct {
	Name     string     `json:"name"`
	Version  string     `json:"version"`
	YAML     string     `json:"yaml"`
	Revision int64      `json:"revision,omitempty"`
	Author   string     `json:"author,omitempty"`
	Comment  string     `json:"comment,omitempty"`
	Time     *time.Time `json:"saved_at,omitempty"`
	Deleted  bool       `json:"deleted,omitempty"`
}

func policyOf(p *store.Policy) policyAnswer {
	return policyAnswer{
		Name: p.Name, Version: p.Version, YAML: string(p.Content), Revision: p.Revision,
		Author: p.Author, Comment: p.Comment, Time: timeOf(p.Time), Deleted: p.Deleted,
	}
}
