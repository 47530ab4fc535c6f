// Package business holds the rules that know what a call means to its owner: which
// tools may be used, how much may be paid, who may be written to, how much may be
// taken out at a time, and when an agent goes in circles.
package business
