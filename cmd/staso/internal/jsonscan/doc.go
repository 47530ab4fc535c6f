// Package jsonscan reads JSON in one pass, without reflection and without a
// tree: the caller walks the document and takes or skips each value.
//
// It accepts exactly what encoding/json accepts, but for documents nested
// deeper than [MaxDepth]. Text comes out fit to be stored anywhere: bytes that
// are not UTF-8, lone surrogates and NUL become U+FFFD.
//
// Its use follows the shape of the document:
//
//	s := jsonscan.New(body)
//	s.BeginObject()
//	for s.Field() {
//		switch string(s.Key()) {
//		case "name":
//			name = s.Text("")
//		default:
//			s.Skip()
//		}
//	}
//	s.End()
//	return s.Err()
//
// The first thing that is wrong sticks: from then on [Scanner.Field] and
// [Scanner.Element] return false, all values are empty, and [Scanner.Err] says
// what it was. A caller that wants to be lenient about a value's type looks at
// [Scanner.Kind] first.
package jsonscan
