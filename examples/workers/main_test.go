package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWorkersStayInTheirTrace(t *testing.T) {
	rec := testutil.NewRecorder()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), rec, &out))
	assert.Equal(t, "[3 3 4]\n[2 2]\n", out.String())
	rec.AssertTree(t, `
		agent reader
		  tool count_words
		  tool count_words
		  tool count_words
		agent reader
		  tool count_words
		  tool count_words
	`)
}
