package args

import "slices"

// names are those of one object, to find one that stands there twice: one parser
// takes the first, another one the last.
type names struct {
	set      *Set
	from     int // in set.keys
	many     map[string]struct{}
	reported bool
}

// manyNames is from how many names on they are looked up rather than compared.
const manyNames = 32

// again notes a name, and says whether it was there.
func (n *names) again(key string) bool {
	if n.many != nil {
		before := len(n.many)
		n.many[key] = struct{}{}
		return len(n.many) == before
	}
	open := n.set.keys[n.from:]
	n.set.keys = append(n.set.keys, key)
	if len(open) == manyNames {
		n.many = make(map[string]struct{}, 4*manyNames)
		for _, name := range open {
			n.many[name] = struct{}{}
		}
		return n.again(key)
	}
	return slices.Contains(open, key)
}
