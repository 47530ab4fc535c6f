package obey

import "github.com/staso-go/staso/guard/local/internal/scan"

// Diverter tells the texts that turn their reader from its task to another one: of
// those that a tool may return, only ones that are written for an agent do. It is
// safe for concurrent use.
type Diverter struct {
	words  []string
	finder *scan.Finder
}

// NewDiverter returns a Diverter.
func NewDiverter() *Diverter {
	words := diversions()
	return &Diverter{words, scan.NewFinder(words...)}
}

// Marks are the places of the words that turn a reader of the text from its task,
// in order; no more than 32.
func (d *Diverter) Marks(text string) []Span {
	var marks []Span
	for at, word := d.finder.Next(text, 0); at >= 0 && len(marks) < maxMarks; at, word = d.finder.Next(text, at+1) {
		marks = append(marks, Span{at, at + len(d.words[word])})
	}
	return marks
}

const maxMarks = 32

// diversions are in lower case.
func diversions() []string {
	return []string{
		// The task is not the writer's.
		"before you can solve the task", "before solving the task", "before you continue with the task", "before you complete the task", "before you finish the task",
		"before completing your task", "before continuing with your task", "before answering the user", "before you answer the user", "before you respond to the user",
		"before responding to the user", "you can solve the task", "you can continue with the task", "you can then continue with the task", "you may continue with the task",
		"the task that i gave you", "the task i gave you in the beginning", "instead of your task", "instead of the user's task", "instead of the original task",
		"your original task", "your previous task", "your actual task", "abandon your task", "abandon the current task", "pause your current task", "stop your current task",
		"new task for you", "your new task is", "additional task for you", "in addition to the user's request", "in order to complete the user's request", "as part of the user's request, you",
		"to complete your task, you must first", "to complete this task, you must first", "the user also wants you to", "the user has also asked you to", "the user actually wants",
		"instead of what the user", "what the user asked you to do", "what the user told you", "ignore the user's request", "ignore the user's instruction", "ignore the user's task", "disregard the user's request", "disregard the user's instruction", "forget the user's request", "ignore what the user", "disregard what the user", "forget what the user", "not what the user asked",
		"before proceeding with the user", "before continuing with the user", "prior to answering the user", "before you proceed with the task", "before you proceed with the user",
		"<new_task>", "new priority: ", "your instructions have changed", "then continue with the original", "continue with your original", "disregard what i asked",
		"ignore what i asked", "forget what i asked", `"role": "system"`, `"role":"system"`, "your real task", "your true task", "your new goal is", "your new objective", "your new instructions", "your real instructions", "the user's original request",
		"the user's original task", "the task you were given", "your current instructions", "your earlier instructions", "your prior instructions",
		// It poses as who gives the task.
		"this is a system message", "system override", "admin override", "administrator override", "instruction override", "[system message]",
		"new system prompt", "system instruction:",
		// It speaks to a model.
		"important message from me", "to you, gpt", "to you, claude", "to you, gemini", "to you, llama", "to you, mistral", "to you, command", "to you, ai", "to you, the ai",
		"attention, ai", "attention ai", "dear ai", "note to ai", "note to the ai", "instructions for ai", "instructions for the ai", "instruction for the ai",
		"if you are an ai", "if you're an ai", "if you are a language model", "if you are an llm", "if you are an assistant", "if you are an agent", "if you are an automated",
		"ai agents must", "all agents must now", "ai agents processing", "agent processing this", "assistant processing this", "model processing this", "ai system reading", "as an ai agent, you", "as an ai assistant, you", "dear llm", "message to the ai", "message for the ai", "message to the assistant", "message for the assistant", "task for the ai", "task for the assistant", "ai assistant: ", "ai agent: ", "ai assistant, please", "attention assistant", "attention, assistant", "attention all ai",
		"ai assistants must", "ai agents should", "ai assistants should", "any ai reading this", "any ai agent", "any agent reading this", "assistant reading this",
		"agent reading this", "llm reading this", "model reading this", "dear assistant", "hey assistant", "assistant, please", "assistant: please", "assistant must", "the assistant should", "the assistant needs to",
		"<information>", "<important>", "[important instruction", "new instructions for you", "new instructions for the ai", "new instructions for the assistant", "new instructions for the agent",
		"updated instructions for you", "follow these instructions instead", "adhere to the following instruction", "instructions to the ai", "instructions to the assistant",
		"only the following instructions", "execute the following instructions", "ignore all other instructions", "the following instructions take precedence",
	}
}
