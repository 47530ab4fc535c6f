package shell

import "slices"

// value is what a variable may hold.
type value struct {
	// alts are the texts that it may be: more than one after a condition, in a
	// loop, and in an array, whose elements they are.
	alts []string
	// known says that nothing in them is left as it was written.
	known bool
	array bool
	// each says that it goes through alts one by one, as in a loop.
	each  bool
	taint taint
}

// text is the first of what it may be.
func (v value) text() string {
	if len(v.alts) == 0 {
		return ""
	}
	return v.alts[0]
}

func literal(text string) value { return value{alts: []string{text}, known: true} }

// or is a value that may be either.
func (v value) or(o value) value {
	alts := slices.Clone(v.alts)
	for _, text := range o.alts {
		if !slices.Contains(alts, text) {
			alts = append(alts, text)
		}
	}
	return value{
		alts: alts, known: v.known && o.known, array: v.array || o.array,
		each: v.each || o.each || len(alts) > 1, taint: v.taint.with(o.taint),
	}
}

// scope is a shell's state where a command runs, on top of an outer one.
type scope struct {
	outer     *scope
	vars      map[string]value
	functions map[string]*function
	aliases   map[string]string
	// local are the variables that a function keeps for itself; isFunction says
	// that this is a function's scope.
	local      map[string]bool
	isFunction bool
	// params are the positional parameters; hasParams says that they are known
	// to be those, be they none.
	params    []value
	hasParams bool
	// shifted says that there were more of them before.
	shifted  bool
	dir      string
	elevated bool
	remote   bool
	// ephemeral says that what is done to files does not last: in a container of
	// its own.
	ephemeral bool
	// socket says that a file descriptor is open to the network.
	socket bool
	// repeats says that what runs here runs once for each line of its input.
	repeats bool
	// narrowed says that a condition decides whether it runs.
	narrowed bool
	// piped says that what it writes goes into another program, and used that
	// something is done with it.
	piped, used bool
}

// inner returns a scope on top of s.
func (s *scope) inner() *scope {
	return &scope{
		outer: s, params: s.params, hasParams: s.hasParams, dir: s.dir, elevated: s.elevated,
		remote: s.remote, ephemeral: s.ephemeral, socket: s.socket, repeats: s.repeats, narrowed: s.narrowed, piped: s.piped, used: s.used,
	}
}

// get returns a variable's value.
func (s *scope) get(name string) (value, bool) {
	for ; s != nil; s = s.outer {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return value{}, false
}

func (s *scope) set(name string, v value) {
	if s.vars == nil {
		s.vars = make(map[string]value)
	}
	s.vars[name] = v
}

// keep makes name a variable that the function around s keeps for itself.
func (s *scope) keep(name string) {
	for ; s != nil; s = s.outer {
		if s.isFunction {
			if s.local == nil {
				s.local = make(map[string]bool)
			}
			s.local[name] = true
			return
		}
	}
}

func (s *scope) function(name string) *function {
	for ; s != nil; s = s.outer {
		if fn, ok := s.functions[name]; ok {
			return fn
		}
	}
	return nil
}

// declare makes fn the function that goes by name; nil takes away what did.
func (s *scope) declare(name string, fn *function) {
	if s.functions == nil {
		s.functions = make(map[string]*function)
	}
	s.functions[name] = fn
}

func (s *scope) alias(name string) (string, bool) {
	for ; s != nil; s = s.outer {
		if text, ok := s.aliases[name]; ok {
			return text, true
		}
	}
	return "", false
}

func (s *scope) setAlias(name, text string) {
	if s.aliases == nil {
		s.aliases = make(map[string]string)
	}
	s.aliases[name] = text
}

// replace makes what was done in s hold outside of it, too.
func (s *scope) replace() {
	for name, v := range s.vars {
		if !s.local[name] {
			s.outer.set(name, v)
		}
	}
	s.hand()
}

// join makes what was done in s something that may hold outside of it.
func (s *scope) join() {
	for name, v := range s.vars {
		if old, ok := s.outer.get(name); ok {
			v = old.or(v)
		}
		s.outer.set(name, v)
	}
	for _, fn := range s.functions {
		if fn != nil {
			fn.maybe = true
		}
	}
	s.hand()
	if s.shifted {
		s.outer.mix()
	}
}

// hand gives the outer scope what holds there either way.
func (s *scope) hand() {
	for name, fn := range s.functions {
		s.outer.declare(name, fn)
	}
	for name, text := range s.aliases {
		s.outer.setAlias(name, text)
	}
	s.outer.dir = s.dir
	s.outer.socket = s.outer.socket || s.socket
}

// shift takes the first n positional parameters away; in a loop, that may be any
// number of them.
func (s *scope) shift(n int) {
	if !s.hasParams {
		return
	}
	s.shifted = true
	if s.repeats {
		s.mix()
		return
	}
	s.params = s.params[min(max(n, 0), len(s.params)):]
}

// mix makes each positional parameter any of them.
func (s *scope) mix() {
	if !s.hasParams || len(s.params) < 2 {
		return
	}
	either := s.params[0]
	for _, p := range s.params[1:] {
		either = either.or(p)
	}
	mixed := make([]value, len(s.params))
	for i := range mixed {
		mixed[i] = either
	}
	s.params = mixed
}
