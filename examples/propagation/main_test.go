package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/testutil"
)

func TestTwoServicesOneTrace(t *testing.T) {
	rec := testutil.NewRecorder()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), rec, &out))
	assert.Equal(t, "There is 900 g of sencha.\n", out.String())
	rec.AssertTree(t, `
		agent shop
		  tool check_stock
		    tool count_bags
	`)
	count := rec.Spans().Named("count_bags").Only(t)
	assert.Equal(t, "c-1", count.ConversationID, "the baggage said so")
	assert.Equal(t, "shop", count.AgentName)
}
