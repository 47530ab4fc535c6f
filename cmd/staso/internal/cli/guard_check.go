package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/cmd/staso/internal/toolcall"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

// maxLine bounds one call; an engine refuses arguments long before.
const maxLine = 64 << 20

// callFlags say which call is meant: by its parts, or as one JSON object in a
// file or on standard input.
type callFlags struct {
	tool, input, agent, environment, file string
}

func (f *callFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.tool, "tool", "", "the tool's name")
	cmd.Flags().StringVar(&f.input, "input", "{}", "the tool's arguments, a JSON object")
	cmd.Flags().StringVar(&f.agent, "agent", "", "the agent that calls, for rules that ask")
	cmd.Flags().StringVar(&f.environment, "environment", "", "the environment it runs in, for rules that ask")
	cmd.Flags().StringVar(&f.file, "file", "-", "where --tool is not given: a file with the call as {\"tool_name\", \"tool_input\", \"context\"}; - is standard input")
}

func (f *callFlags) call(stdin io.Reader) (guard.Call, error) {
	if f.tool != "" {
		return guard.Call{Tool: f.tool, Input: json.RawMessage(f.input), Agent: f.agent, Environment: f.environment}, nil
	}
	if f.file == "-" && isTerminal(stdin) {
		return guard.Call{}, errors.New("no call was given: name it with --tool and --input, or put it on standard input as {\"tool_name\", \"tool_input\"}")
	}
	data, err := readCall(f.file, stdin)
	if err != nil {
		return guard.Call{}, err
	}
	_, call, err := toolcall.Decode(data)
	if err != nil {
		return guard.Call{}, err
	}
	return call, nil
}

func readCall(path string, stdin io.Reader) ([]byte, error) {
	if path != "-" {
		return os.ReadFile(path)
	}
	data, err := io.ReadAll(io.LimitReader(stdin, maxLine+1))
	if err == nil && len(data) > maxLine {
		err = fmt.Errorf("the call is longer than %d MiB", maxLine>>20)
	}
	return data, err
}

func guardCheckCommand() *cobra.Command {
	var policies policyFlags
	var which callFlags
	var batch bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judge one call, or a batch of them",
		Long: "check judges a tool call and prints the verdict as one line of JSON:\n" +
			"  {\"id\", \"action\", \"reason\", \"rules_triggered\", \"severity\", \"latency_us\"}\n" +
			"rules_triggered names every rule that found something; those that only observe are in would_block too.\n\n" +
			"A call is {\"id\", \"tool_name\", \"tool_input\", \"context\"}; with \"phase\": \"output\" and \"tool_output\" it is what the tool returned\n" +
			"that is judged. What rules may ask for stands in context: agent_name, environment, session_id, user_id, tools,\n" +
			"tool_schema, conversation_history as a list of {role, content}, and any other fact.\n\n" +
			"With --batch it reads one call a line, and answers in the same order.\n" +
			"A line that is no call is answered with the action block.\n\n" +
			"It exits with 0 if all may run, 2 if one is blocked, 3 if none is but one waits for a person, and 1 if it could not judge.",
		Example: "  staso guard check --tool bash --input '{\"command\": \"git status\"}'\n" +
			"  echo '{\"tool_name\": \"bash\", \"tool_input\": {\"command\": \"rm -rf /\"}}' | staso guard check\n" +
			"  staso guard check --batch < calls.jsonl > verdicts.jsonl",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return policies.with(func(engine *local.Engine) error {
				if batch {
					return checkBatch(cmd, engine)
				}
				return checkOne(cmd, engine, which)
			})
		},
	}
	policies.add(cmd)
	which.add(cmd)
	cmd.Flags().BoolVar(&batch, "batch", false, "read calls from standard input, one a line")
	return cmd
}

func checkOne(cmd *cobra.Command, checker guard.Checker, which callFlags) error {
	call, err := which.call(cmd.InOrStdin())
	if err != nil {
		return err
	}
	answer, action, err := verdictLine(cmd.Context(), checker, call)
	if err != nil {
		return err
	}
	if _, err := cmd.OutOrStdout().Write(answer); err != nil {
		return err
	}
	return asExit(action)
}

func checkBatch(cmd *cobra.Command, checker guard.Checker) error {
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
	in := bufio.NewReaderSize(cmd.InOrStdin(), 64<<10)
	worst := guard.ActionAllow
	for {
		data, end, err := nextLine(in)
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if len(bytes.TrimSpace(data)) > 0 {
			answer, action, err := batchLine(cmd.Context(), checker, data)
			if err != nil {
				return errors.Join(err, out.Flush())
			}
			worst = worst.Stricter(action)
			if _, err := out.Write(answer); err != nil {
				return err
			}
		}
		// Whoever writes a line and waits for its answer gets it.
		if end || in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if end {
			return asExit(worst)
		}
	}
}

func nextLine(in *bufio.Reader) (data []byte, end bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		data = append(data, part...)
		switch {
		case len(data) > maxLine:
			return nil, false, fmt.Errorf("a line is longer than %d MiB", maxLine>>20)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return data, true, nil
		default:
			return data, false, err
		}
	}
}

func batchLine(ctx context.Context, checker guard.Checker, data []byte) ([]byte, guard.Action, error) {
	id, call, err := toolcall.Decode(data)
	if err != nil {
		answer, err := jsonLine(verdict{ID: id, Action: guard.ActionBlock, Reason: "not judged: " + err.Error(), Rules: []string{}})
		return answer, guard.ActionBlock, err
	}
	return verdictLine(ctx, checker, call)
}

// verdict is one line of the answer.
type verdict struct {
	ID         string       `json:"id"`
	Action     guard.Action `json:"action"`
	Reason     string       `json:"reason"`
	Rules      []string     `json:"rules_triggered"`
	WouldBlock []string     `json:"would_block,omitempty"`
	Severity   string       `json:"severity"`
	Latency    float64      `json:"latency_us"`
}

func verdictLine(ctx context.Context, checker guard.Checker, call guard.Call) ([]byte, guard.Action, error) {
	result, err := checker.Check(ctx, call)
	if err != nil {
		return nil, guard.ActionBlock, err
	}
	audited := result.WouldBlock()
	answer, err := jsonLine(verdict{
		ID: call.ID, Action: result.Action, Reason: result.Reason, Severity: result.Severity.String(),
		Rules: append(append([]string{}, result.Triggered()...), audited...), WouldBlock: audited,
		Latency: float64(result.Latency) / float64(time.Microsecond),
	})
	return answer, result.Action, err
}

func jsonLine(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return out.Bytes(), err
}
