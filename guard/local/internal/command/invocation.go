// Package command knows what programs do with their arguments: which of them
// delete, overwrite, send away, take over, or reach into a cloud.
package command

// Invocation is one program as a shell would start it, with everything resolved
// that can be without running anything.
type Invocation struct {
	// Name is the program's name without folder and ".exe": "rm".
	Name string
	// Args are its arguments, after the name.
	Args []Word
	// Stdin is what it reads on its standard input where that is known: a
	// here-document, an echo before the pipe.
	Stdin      string
	StdinKnown bool
	// StdinFrom is the program before the pipe, nil at the beginning.
	StdinFrom *Invocation
	// Piped says that what it prints goes into another program.
	Piped bool
	// Elevated says that it runs as root or administrator: under sudo, doas, su.
	Elevated bool
	// Remote says that it runs elsewhere: under ssh, docker exec, kubectl exec.
	Remote bool
	// Dir is the folder it runs in where a cd before it says so.
	Dir string
	// Start and End are its bytes in the source.
	Start, End int
}

// Word is one argument.
type Word struct {
	// Text is the word with quotes, escapes and known variables resolved; an
	// unknown part is left as it was written: "$dir/x".
	Text string
	// Known says that nothing in it was unknown.
	Known bool
	// Quoted says that no glob or brace in it has an effect.
	Quoted     bool
	Start, End int
}
