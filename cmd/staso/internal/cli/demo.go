package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/cmd/staso/internal/demo"
)

func demoCommand() *cobra.Command {
	var addr, model string
	var once bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Fill a backend with the runs of real small agents, and show them",
		Long: "demo starts the backend on a free port over a temporary store, and has small agents answer questions\n" +
			"about the folder that it is started in: they list, read and search its files and read its history, and\n" +
			"write nothing. Their model is a script in this process, so no key is needed and nothing leaves the\n" +
			"machine. One of them wants to run what it must not, and is stopped by the guard; one waits until you\n" +
			"have approved what it does, in a browser that has opened the link to approve. While it waits to be stopped it asks one more question every 30 s, for about an hour, so that\n" +
			"a run can be watched as it goes.",
		Example: "  staso demo\n" +
			"  staso demo --once           # end when the runs are stored\n" +
			"  staso demo --model openai/gpt-4o-mini       # a real model, with OPENAI_API_KEY: it says what is sent",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			listener, err := listen(cmd.Context(), addr)
			if err != nil {
				return err
			}
			return demo.Run(cmd.Context(), demo.Options{
				Listener: listener, Pages: newPages, Logger: newLogger(cmd.ErrOrStderr(), false),
				Model: model, Once: once, Out: cmd.OutOrStdout(), LookupEnv: os.LookupEnv,
			})
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "the loopback address to listen on; port 0 takes a free one")
	cmd.Flags().StringVar(&model, "model", "", "a real model in place of the script: openai/NAME or anthropic/NAME")
	cmd.Flags().BoolVar(&once, "once", false, "end when the runs are stored")
	return cmd
}
