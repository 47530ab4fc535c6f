package testutil

import "strings"

// maxDiffCells bounds the table of a comparison. Beyond it only what the two
// texts begin and end with is taken together.
const maxDiffCells = 4 << 20

// diffLines shows what turns want into got: "-" before lines of want alone, "+"
// before lines of got alone.
func diffLines(want, got string) string {
	a, b := splitLines(want), splitLines(got)
	var out strings.Builder
	prefix := 0
	for prefix < min(len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < min(len(a), len(b))-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	writeLines(&out, "  ", a[:prefix])
	diffMiddle(&out, a[prefix:len(a)-suffix], b[prefix:len(b)-suffix])
	writeLines(&out, "  ", a[len(a)-suffix:])
	return out.String()
}

// diffMiddle walks along a longest common subsequence.
func diffMiddle(out *strings.Builder, a, b []string) {
	if len(a)*len(b) > maxDiffCells {
		writeLines(out, "- ", a)
		writeLines(out, "+ ", b)
		return
	}
	common := commonLengths(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			writeLines(out, "  ", a[i:i+1])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			writeLines(out, "- ", a[i:i+1])
			i++
		default:
			writeLines(out, "+ ", b[j:j+1])
			j++
		}
	}
}

// commonLengths[i][j] is how long the longest common subsequence of a[i:] and
// b[j:] is.
func commonLengths(a, b []string) [][]int {
	lengths := make([][]int, len(a)+1)
	for i := range lengths {
		lengths[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			} else {
				lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			}
		}
	}
	return lengths
}

func writeLines(out *strings.Builder, mark string, lines []string) {
	for _, line := range lines {
		out.WriteString(mark)
		out.WriteString(line)
		out.WriteByte('\n')
	}
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
