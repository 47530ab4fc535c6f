// Package policy is the form of a policy: what stands in its YAML files, and what
// the engine is given.
//
// A policy is a file:
//
//	version: 1
//	name: support                # default: the file's name
//	extends: default             # the built-in rules come first; or none
//	agents: ["support-*"]        # whom it is for; default: everybody
//	environments: [production]
//	tools:                       # what arguments are, where names do not say
//	  run_report: {args: {q: sql, target: path}}
//	rules:
//	  - id: refund-limit
//	    rule: payment_threshold  # of the catalogue; see guard/local
//	    with: {max: 100}         # its parameters
//	    match: {tools: ["refund*"]}
//	    when: agent != "supervisor"
//	    action: escalate         # block (default), modify or escalate
//	    reason: Refunds over 100 need a person.
//	    tests:
//	      - {name: over, call: {tool: refund, input: {amount: 500}}, expect: escalate}
//	      - {name: under, call: {tool: refund, input: {amount: 50}}, expect: allow}
//	overrides:                   # changes to rules that it extends, by id
//	  pii: {mode: enforce, action: modify}
//	tests:                       # of the policy as a whole
//	  - {name: cleaning up, call: {tool: bash, input: {command: rm -rf build}}, expect: allow}
//
// Of a rule, only the id is required, and one of rule, match and when; without a
// rule of the catalogue it finds every call that match and when describe, and needs
// a reason. The rest:
//
//   - phase: [input] (default), output, trace.
//   - match: tools, agents, environments and args as globs, and kinds of arguments.
//     All that is named must fit; args and kinds are also all that the rule is shown.
//   - mode: enforce (default), or audit, which reports and changes nothing.
//   - severity: low, medium, high, critical; default: that of what is found.
//   - on_error: block (default): a rule that could not judge asks for its action; or
//     allow.
//   - timeout: of a judge, "2s".
//   - exceptions: [{match, when, reason, expires}]; reason, expires and one of match
//     and when are required. expires is a day, the last one (in UTC), or a moment.
//   - tests: judged by this rule alone, as if it were enforced.
//
// Every policy that is for a call's agent and environment judges it. Calls that no
// policy is for are judged by the built-in one.
//
// A rule that is overridden keeps what the override does not name; with is merged
// member by member; exceptions are added; disabled: true takes the rule out.
//
// # Globs
//
// In a glob, "*" is any run of characters, "?" any one, "{a,b}" a or b, and a
// backslash takes the meaning from what follows. Case does not count. Arguments are
// named by field, with any index written as "[]": "files[].path".
//
// # Expressions
//
// when is CEL (https://cel.dev), with its extension for strings. It may speak of
//
//	tool, agent, environment, user, conversation   text, empty where unknown
//	phase                                          "input", "output" or "trace"
//	args, attributes                               maps
//	output                                         what the tool returned, or null
//	history                                        a list of {role, content}, oldest first
//	now                                            a timestamp
//
// A whole number of args is an int, any other a double; both can be compared with
// either. To ask for an argument that a call does not have is an error, which counts
// as on_error says: write has(args.amount) && args.amount > 100. A rule of the
// catalogue looks before its expression is asked, so that match and the rule itself
// mostly make that needless. An evaluation ends at 250,000 of CEL's units of cost.
//
// # Bounds
//
// A file has at most 1 MiB, 100,000 words, 48 levels and 500 keys in a mapping.
// Anchors, aliases, merge keys, tags and directives of YAML are refused: what stands
// in the file is what is in force.
package policy
