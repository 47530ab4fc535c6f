// Package pii finds personal data in the arguments of a call: numbers that name a
// person, an account or a device, by their form and their check digits.
//
// A text is read once. Where a digit, an @ or a colon stands, the word around it is
// held against the forms of as many words of that length as there are; what fits is
// put to the entity's own check. Nothing else is looked at, and no regular
// expression is run.
//
// How sure a match is decides where it counts. A number with a strong check digit
// counts anywhere; a bare run of nine digits only where the argument is nothing
// else, or where a word beside it or the argument's name says what it is.
package pii
