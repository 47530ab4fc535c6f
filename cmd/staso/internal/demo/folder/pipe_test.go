//go:build unix

package folder_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

func TestANamedPipeDoesNotHoldAToolUp(t *testing.T) {
	f := aFolder(t, nil)
	require.NoError(t, syscall.Mkfifo(filepath.Join(f.Dir(), "pipe.txt"), 0o600))
	_, err := f.Read(t.Context(), folder.ReadArgs{Path: "pipe.txt"})
	assert.ErrorContains(t, err, "is not a file of text")
	m, err := f.Search(t.Context(), folder.SearchArgs{Query: "a"})
	require.NoError(t, err)
	assert.Zero(t, m.Files)
}
