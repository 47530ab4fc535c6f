// Package secret finds credentials in the arguments of a call: tokens by their
// form and check sum, private keys, logins in addresses, and what is assigned to a
// name like password where it is random enough to be one.
//
// One pass looks for the few bytes that each kind begins with, and only what stands
// there is looked at. Placeholders, references to variables and examples of
// documentation pass.
package secret
