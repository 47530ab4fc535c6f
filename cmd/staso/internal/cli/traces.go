package cli

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

func tracesCommand() *cobra.Command {
	var flags traceFlags
	var limit int
	var status, text string
	cmd := &cobra.Command{
		Use:   "traces",
		Short: "List the newest traces",
		Example: "  staso traces\n" +
			"  staso traces --status error --limit 50\n" +
			"  staso traces -q 'refund order'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := url.Values{"limit": {strconv.Itoa(limit)}, "status": {status}, "q": {text}}
			return listTraces(cmd, flags, query)
		},
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&limit, "limit", 20, "how many to list, at most 500")
	cmd.Flags().StringVar(&status, "status", "", "only those with this status: ok, error or timeout")
	cmd.Flags().StringVarP(&text, "query", "q", "", "only those that hold these words")
	return cmd
}

func listTraces(cmd *cobra.Command, flags traceFlags, query url.Values) error {
	c, err := newClient(flags.url)
	if err != nil {
		return err
	}
	path := "/v1/traces?" + query.Encode()
	out := cmd.OutOrStdout()
	if flags.json {
		body, err := c.get(cmd.Context(), path)
		if err != nil {
			return err
		}
		_, err = out.Write(body)
		return err
	}
	var page listAnswer
	if err := c.getJSON(cmd.Context(), path, &page); err != nil {
		return err
	}
	return printList(out, page.Traces)
}

func printList(w io.Writer, traces []summaryAnswer) error {
	if len(traces) == 0 {
		_, err := fmt.Fprintln(w, "no traces")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range traces {
		s := &traces[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d spans\t%d tokens\n",
			plain(s.TraceID[:min(8, len(s.TraceID))]), s.Timestamp.Local().Format(time.DateTime), mark(s.Status, palette{}),
			short(s.RootSpanName, 40), short(s.AgentName, 24), took(s.DurationMS), s.SpanCount, s.TotalTokens)
	}
	return t.Flush()
}
