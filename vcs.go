package staso

import (
	"context"
	"strconv"
	"sync"

	"github.com/staso-go/staso/internal/jsonenc"
	"github.com/staso-go/staso/internal/vcs"
)

// findVCS arranges for the facts of version control to be found out by the first
// sender that needs them: asking git takes a while.
func (t *Tracer) findVCS(c *config) {
	var ctx context.Context
	ctx, t.stopVCS = context.WithCancel(context.Background())
	t.vcs = sync.OnceValue(func() []attribute {
		if !c.CaptureVCS {
			return nil
		}
		return vcsAttributes(ctx, c.lookupEnv)
	})
}

func vcsAttributes(ctx context.Context, lookup func(string) (string, bool)) []attribute {
	facts := vcs.Find(ctx, lookup)
	var all []attribute
	for _, a := range []struct{ key, value string }{
		{KeyVCSCommitSHA, facts.CommitSHA}, {KeyVCSBranch, facts.Branch}, {KeyVCSRepoURL, facts.RepoURL},
	} {
		if a.value != "" {
			all = append(all, attribute{a.key, jsonenc.AppendString(nil, a.value)})
		}
	}
	if facts.Dirty != nil {
		all = append(all, attribute{KeyVCSIsDirty, strconv.AppendBool(nil, *facts.Dirty)})
	}
	return all
}
