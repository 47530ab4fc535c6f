// Package nearest finds the name that somebody meant.
package nearest

import "strings"

// maxLength is how long a name may be to be compared.
const maxLength = 64

// Name returns the one of known that is closest to word, letters' case aside; empty
// where none is close enough to be what was meant. At equal distance the first wins.
func Name(word string, known []string) string {
	if len(word) > maxLength {
		return ""
	}
	best, least := "", 1+max(1, min(3, len(word)/3))
	folded := strings.ToLower(word)
	for _, name := range known {
		if len(name) > maxLength {
			continue
		}
		if d := distance(folded, strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is how many letters must be added, dropped, changed or swapped with
// their neighbour to make b of a.
func distance(a, b string) int {
	var rows [3][maxLength*3 + 1]int // lower case may be longer
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
