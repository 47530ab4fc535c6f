package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/guard/local"
)

func guardExplainCommand() *cobra.Command {
	var policies policyFlags
	var which callFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say why a call is judged as it is",
		Long:  "explain judges a call and says which rule found what, in which bytes, through which decoding, and what would pass.",
		Example: "  staso guard explain --tool bash --input '{\"command\": \"echo cm0gLXJmIC8= | base64 -d | sh\"}'\n" +
			"  staso guard explain --policy policies/ --file call.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return policies.with(func(engine *local.Engine) error {
				call, err := which.call(cmd.InOrStdin())
				if err != nil {
					return err
				}
				explanation, err := engine.Explain(cmd.Context(), call)
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(explanation)
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), explanation.String())
				return err
			})
		},
	}
	policies.add(cmd)
	which.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

func guardRulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "List the rules of the catalogue",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, rule := range local.Catalogue() {
				fmt.Fprintf(table, "%s\t%s\n", rule.Name, rule.Description)
			}
			return table.Flush()
		},
	}
}
