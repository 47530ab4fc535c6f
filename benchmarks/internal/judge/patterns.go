package judge

import "regexp"

// Patterns is the list of regular expressions that many a project begins with. It
// looks at the arguments as they stand, and knows neither kinds nor encodings.
type Patterns struct{ list []*regexp.Regexp }

// NewPatterns returns the list.
func NewPatterns(groups ...[]string) Patterns {
	var p Patterns
	for _, group := range groups {
		for _, pattern := range group {
			p.list = append(p.list, regexp.MustCompile(pattern))
		}
	}
	return p
}

// Find counts the places that one of the patterns fits.
func (p Patterns) Find(text string) int {
	found := 0
	for _, pattern := range p.list {
		found += len(pattern.FindAllStringIndex(text, -1))
	}
	return found
}

// Matches says that one of the patterns fits.
func (p Patterns) Matches(text []byte) bool {
	for _, pattern := range p.list {
		if pattern.Match(text) {
			return true
		}
	}
	return false
}

// SecretPatterns are twenty of the usual ones for secrets.
func SecretPatterns() []string {
	return []string{
		`\b(?:AKIA|ASIA|ABIA)[A-Z2-7]{16}\b`,
		`\bgh[pousr]_[0-9A-Za-z]{36}\b`,
		`\bgithub_pat_\w{82}\b`,
		`\bglpat-[\w-]{20}\b`,
		`\bxox[baprs]-[0-9A-Za-z-]{10,}`,
		`https://hooks\.slack\.com/services/[\w/]{40,}`,
		`\b[sr]k_live_[0-9A-Za-z]{16,}\b`,
		`\bAIza[\w-]{35}\b`,
		`\bya29\.[\w-]{30,}`,
		`\bdop_v1_[0-9a-f]{64}\b`,
		`\bnpm_[0-9A-Za-z]{36}\b`,
		`\bpypi-[\w-]{50,}`,
		`\bSG\.[\w-]{22}\.[\w-]{43}\b`,
		`\bSK[0-9a-f]{32}\b`,
		`\bsk-[\w-]{32,}`,
		`\bhf_[0-9A-Za-z]{34,40}\b`,
		`\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}`,
		`-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----`,
		`(?i)\b(?:api[_-]?key|secret|token|password)\b["']?\s*[:=]\s*["'][^"'\s]{8,}["']`,
		`\b\w+://[^/\s:@]+:[^/\s:@]+@[\w.-]+`,
	}
}

// HarmPatterns are twenty of the usual ones for calls that do harm.
func HarmPatterns() []string {
	return []string{
		`\brm\s+(?:-\w+\s+)*-\w*[rf]\w*\s+(?:/|~|\*)`,
		`\bmkfs(?:\.\w+)?\s`,
		`\bdd\s+.*\bof=/dev/`,
		`>\s*/dev/sd[a-z]`,
		`\b(?:curl|wget)\b[^|;]*\|\s*(?:sudo\s+)?(?:ba|z)?sh\b`,
		`\bbase64\s+(?:-d|--decode)\b[^|;]*\|\s*(?:ba|z)?sh\b`,
		`\bchmod\s+(?:-R\s+)?777\s+/`,
		`:\(\)\s*\{\s*:\|:&\s*\}`,
		`\bnc\s+(?:-\w+\s+)*-e\b`,
		`/dev/tcp/`,
		`\bgit\s+push\s+.*--force\b`,
		`\b(?:shutdown|reboot|halt)\b\s+(?:-|now)`,
		`(?i)\bdrop\s+(?:table|database|schema)\b`,
		`(?i)\btruncate\s+table\b`,
		`(?i)\bdelete\s+from\s+\w+\s*(?:;|"|$)`,
		`(?i)'\s*or\s+'?\d+'?\s*=\s*'?\d+`,
		`(?i)\bunion\s+(?:all\s+)?select\b`,
		`(?:\.\./){2,}`,
		`/etc/(?:passwd|shadow|sudoers)\b`,
		`\b169\.254\.169\.254\b`,
	}
}
