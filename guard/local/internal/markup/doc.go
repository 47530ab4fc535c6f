// Package markup finds what would act where a text is shown: scripts and event
// handlers in HTML, addresses that run code, frames and forms to elsewhere, styles
// that call out, images of Markdown that carry data away, escape sequences that
// rewrite a terminal, and formulas that a spreadsheet would run.
//
// HTML is taken apart by a tokenizer as tolerant as a browser's. What Markdown shows
// as code passes, and so does the source of a page that is written to a file, or that
// a tool has fetched whole.
package markup
