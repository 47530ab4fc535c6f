// Package prompt finds texts that try to give the agent orders: to drop its
// instructions, to take another role, to give away what it keeps, to act behind its
// user's back.
//
// It promises little. Signs are looked for by their words, in several languages, and
// weighed: one clear sign is enough, weak ones must come together. Words like ignore,
// system or password by themselves mean nothing. Who rephrases an order gets past it;
// that is for a judge.
//
// Where a call shows the instructions of the model beside what is said to it, a second
// look compares the two: asking for a secret that they keep, or for a subject that they
// rule out, is a sign too.
package prompt
