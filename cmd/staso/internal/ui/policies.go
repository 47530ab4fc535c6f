package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// policiesView is the policies that judge, and how they came to be.
type policiesView struct {
	InForce []policyRow
	Source  string // where they are from that are not the store's
	History []store.Policy
	Older   string
	Catalog []local.RuleInfo
}

// policyRow is a policy in force with its rules.
type policyRow struct {
	*policy.Policy
	Href    string // its text and history; empty where the store has none
	BuiltIn bool
}

func (u *pages) policiesPage(w http.ResponseWriter, r *request) error {
	paging, err := query.ParsePageQuery(r.URL.Query())
	if err != nil {
		return err
	}
	data := &policiesView{Catalog: local.Catalogue()}
	if err := u.inForce(r, data); err != nil {
		return err
	}
	page, err := u.store.PolicyHistory(r.Context(), r.workspace, store.PolicyQuery{PageQuery: paging})
	if err != nil {
		return fmt.Errorf("list revisions: %w", err)
	}
	data.History = page.Policies
	if page.NextCursor != "" {
		data.Older = "?" + url.Values{"cursor": {page.NextCursor}}.Encode()
	}
	return u.show(w, r, view{Page: "policies", Title: "Policies", Section: "policies", Data: data})
}

func (u *pages) inForce(r *request, data *policiesView) error {
	policies := []*policy.Policy{policy.Default()}
	if u.options.Guard != nil {
		var err error
		if policies, data.Source, err = u.options.Guard.InForce(r.Context(), r.workspace); err != nil {
			return fmt.Errorf("read the policies in force: %w", err)
		}
	}
	set, err := u.store.Policies(r.Context(), r.workspace, 0)
	if err != nil {
		return fmt.Errorf("read the policies in force: %w", err)
	}
	stored := map[string]bool{}
	for _, p := range set.Policies {
		stored[p.Name] = data.Source == ""
	}
	for _, p := range policies {
		row := policyRow{Policy: p, BuiltIn: len(set.Policies) == 0 && data.Source == ""}
		if stored[p.Name] {
			row.Href = policyPath(p.Name)
		}
		data.InForce = append(data.InForce, row)
	}
	return nil
}

// policyPath is the address of a policy's text and history.
func policyPath(name string) string {
	return "/policies/history?" + url.Values{"name": {name}}.Encode()
}

// policyView is one revision of a policy, compared with another.
type policyView struct {
	store.Policy
	Text    string
	Against *store.Policy // nil where there is none to compare with
	Changes []hunk
	Same    bool
	History []store.Policy
}

func (u *pages) policyPage(w http.ResponseWriter, r *request) error {
	name := r.URL.Query().Get("name")
	page, err := u.store.PolicyHistory(r.Context(), r.workspace, store.PolicyQuery{Name: name, PageQuery: store.PageQuery{Limit: 100}})
	if err != nil {
		return fmt.Errorf("list revisions: %w", err)
	}
	if name == "" || len(page.Policies) == 0 {
		return store.ErrNotFound
	}
	data := &policyView{History: page.Policies}
	if data.Policy, err = u.revision(r, "revision", page.Policies[0].Revision); err != nil {
		return err
	}
	data.Text = string(data.Content)
	if err := u.compare(r, data); err != nil {
		return err
	}
	return u.show(w, r, view{Page: "policy", Title: "Policy " + name, Section: "policies", Data: data})
}

// revision reads the revision that a parameter names.
func (u *pages) revision(r *request, parameter string, fallback int64) (store.Policy, error) {
	number := fallback
	if given := r.URL.Query().Get(parameter); given != "" {
		var err error
		if number, err = strconv.ParseInt(given, 10, 64); err != nil || number < 1 {
			return store.Policy{}, httpapi.Malformed("parameter %s: %.40q is not the number of a revision", parameter, given)
		}
	}
	p, err := u.store.Policy(r.Context(), r.workspace, number)
	if err == nil && p.Name != r.URL.Query().Get("name") {
		return p, store.ErrNotFound
	}
	return p, err
}

// compare sets what has changed since the revision to compare with: the one that
// is asked for, else the one before.
func (u *pages) compare(r *request, data *policyView) error {
	before := int64(0)
	for _, p := range data.History {
		if p.Revision < data.Revision {
			before = p.Revision
			break
		}
	}
	if before == 0 && r.URL.Query().Get("against") == "" {
		return nil
	}
	against, err := u.revision(r, "against", before)
	if err != nil {
		return err
	}
	data.Against = &against
	data.Changes = changes(string(against.Content), data.Text)
	data.Same = len(data.Changes) == 0
	return nil
}

// phases are a rule's, in words.
func phases(rule policy.Rule) string {
	names := make([]string, len(rule.Phases))
	for i, phase := range rule.Phases {
		names[i] = phase.String()
	}
	return strings.Join(names, ", ")
}
