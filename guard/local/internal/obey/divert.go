package obey

import "github.com/staso-go/staso/guard/local/internal/scan"

// Diverter tells the texts that turn their reader from its task to another one: of
// those that a tool may return, only ones that are written for an agent do. It is
// safe for concurrent use.
type Diverter struct{ finder *scan.Finder }

// NewDiverter returns a Diverter.
func NewDiverter() *Diverter { return &Diverter{scan.NewFinder(diversions()...)} }

// Diverts says that the text turns its reader from its task.
func (d *Diverter) Diverts(text string) bool {
	at, _ := d.finder.Next(text, 0)
	return at >= 0
}

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
		// It speaks to a model.
		"message from me", "to you, gpt", "to you, claude", "to you, gemini", "to you, llama", "to you, mistral", "to you, command", "to you, ai", "to you, the ai",
		"attention, ai", "attention ai", "dear ai", "note to ai", "note to the ai", "instructions for ai", "instructions for the ai", "instruction for the ai",
		"if you are an ai", "if you're an ai", "if you are a language model", "if you are an llm", "if you are an assistant", "if you are an agent", "if you are an automated",
		"ai agents must", "ai assistants must", "ai agents should", "ai assistants should", "any ai reading this", "any ai agent", "any agent reading this", "assistant reading this",
		"agent reading this", "llm reading this", "model reading this", "dear assistant", "hey assistant", "assistant, please", "assistant: please", "assistant must", "the assistant should",
		"<information>", "</information>", "<important>", "[important instruction", "important instruction", "new instruction", "updated instruction", "follow these instructions instead",
		"only the following instructions", "execute the following instructions", "ignore all other instructions", "the following instructions take precedence",
	}
}
