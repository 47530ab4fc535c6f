package pii

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// found reports a reading.
func (r *reader) found(h *hit) {
	e := &r.entities[h.entity]
	match := r.text[h.start:h.end]
	f := detect.Finding{
		Code:      "pii." + e.name,
		Reason:    "may pass on " + e.label,
		Severity:  min(e.grade, guard.SeverityLow),
		Field:     r.arg.Field,
		Via:       r.arg.Via,
		Start:     h.start,
		End:       h.end,
		Match:     match,
		Sensitive: true,
		Mask:      mask(e.name, match),
	}
	switch h.sure {
	case high:
		f.Reason, f.Severity = "passes on "+e.label, e.grade
	case medium:
		f.Severity = min(e.grade, guard.SeverityMedium)
	}
	if r.via != "" {
		// What stands in another reading of the text cannot be replaced in it.
		f.Via, f.Mask = append(slices.Clip(r.arg.Via), r.via), ""
	}
	r.report(f)
}

// mask hides a value and keeps its shape, if it has letters or digits at all.
func mask(entity, match string) string {
	if masked := shaped(entity, match); masked != match {
		return masked
	}
	return strings.Repeat("*", len(match))
}

func shaped(entity, match string) string {
	switch entity {
	case "email":
		return maskEmail(match)
	case "ip", "mac", "date_of_birth", "uk_postcode", "de_plz":
		return scan.Mask(match, 0, 0)
	case "crypto":
		return scan.Mask(match, 3, 4)
	default:
		return scan.Mask(match, 0, 4)
	}
}

func maskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return scan.Mask(address, 0, 0)
	}
	return address[:1] + strings.Repeat("*", 3) + address[at:]
}
