package markup

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// judge says what an attribute of an element would do, and notes what counts with
// others.
func (r *reader) judge(element string, a *attribute, seen *facts) class {
	if a.value == "" {
		return ""
	}
	if isHandler(a.name) && a.value[0] != '{' && plausible(element) {
		return eventHandler
	}
	switch a.name {
	case "href", "src", "xlink:href", "action", "formaction", "data", "background", "poster", "from", "to", "values", "ping", "code", "codebase":
		return r.judgeAddress(a, seen)
	case "srcdoc":
		return frame
	case "srcset":
		seen.address = a.value
	case "style":
		seen.hidden = seen.hidden || hides(a.value)
		if r.callsOut(a.value) {
			return style
		}
	case "http-equiv":
		seen.refresh = seen.refresh || strings.EqualFold(strings.TrimSpace(a.value), "refresh")
	case "content":
		seen.content = a.value
	case "rel":
		seen.stylesheet = seen.stylesheet || indexFold(a.value, "stylesheet") >= 0
	case "width", "height":
		seen.tiny = seen.tiny || a.value == "0" || a.value == "1" || a.value == "1px" || a.value == "0px"
	case "hidden":
		seen.hidden = true
	}
	return ""
}

func (r *reader) judgeAddress(a *attribute, seen *facts) class {
	if runsCode(a.value) > 0 {
		return scriptURL
	}
	if a.name == "from" || a.name == "to" || a.name == "values" || a.name == "ping" {
		return ""
	}
	seen.address = a.value
	if a.name == "formaction" && r.foreign(a.value) {
		return form
	}
	return ""
}

// judgeAll says what an element would do, all its attributes taken together.
func (r *reader) judgeAll(element string, seen *facts) class {
	address := strings.TrimSpace(seen.address)
	switch element {
	case "iframe", "frame", "portal", "fencedframe":
		if r.foreign(address) {
			return frame
		}
	case "object", "embed", "applet":
		if address != "" && (r.foreign(address) || strings.HasPrefix(address, "data:")) {
			return object
		}
	case "base":
		if r.foreign(address) {
			return base
		}
	case "form":
		if r.foreign(address) {
			return form
		}
	case "link":
		if seen.stylesheet && r.foreign(address) {
			return style
		}
	case "meta":
		if seen.refresh && indexFold(seen.content, "url") >= 0 {
			return refresh
		}
	case "img", "image", "video", "audio", "source", "input", "picture", "body", "table", "td":
		if address != "" && r.foreign(address) && (carries(address, true) || seen.tiny && strings.Contains(address, "?") || seen.hidden) {
			return exfiltration
		}
	}
	return ""
}

// plausible says that an element's name is one, and no comparison in a program or
// type's parameter.
func plausible(element string) bool {
	for i := range len(element) {
		if b := element[i]; !scan.Alnum.Is(b) && b != '-' && b != ':' && b < 0x80 {
			return false
		}
	}
	return element != ""
}

// isHandler says that an attribute of that name holds code that is run on an event.
func isHandler(name string) bool {
	event, found := strings.CutPrefix(name, "on")
	if !found || len(event) < 3 {
		return false
	}
	for _, start := range [...]string{
		"load", "error", "click", "dblclick", "mouse", "focus", "blur", "key", "animation", "transition", "pointer", "toggle", "start", "end",
		"begin", "repeat", "scroll", "wheel", "copy", "cut", "paste", "drag", "drop", "input", "change", "submit", "reset", "select", "resize",
		"hash", "page", "popstate", "message", "unload", "before", "after", "show", "search", "touch", "play", "pause", "canplay", "contextmenu",
		"auxclick", "invalid", "progress", "ratechange", "seek", "stalled", "suspend", "timeupdate", "volumechange", "waiting", "emptied",
		"durationchange", "cuechange", "close", "cancel", "abort", "gotpointer", "lostpointer", "fullscreen", "offline", "online", "storage",
		"languagechange", "rejection", "unhandled", "security", "slotchange", "formdata", "finish", "bounce", "readystate", "propertychange",
		"webkit", "moz", "activate", "deactivate", "cellchange", "dataavailable", "filterchange", "help", "layoutcomplete", "losecapture",
		"move", "row", "stop", "time", "track", "content",
	} {
		if strings.HasPrefix(event, start) {
			return scan.Letter.Run(event, 0) == len(event)
		}
	}
	return false
}

// hides says that a style takes an element out of sight.
func hides(style string) bool {
	for _, way := range [...]string{"display:none", "display: none", "visibility:hidden", "visibility: hidden", "opacity:0", "opacity: 0", "left:-9", "left: -9"} {
		if indexFold(style, way) >= 0 {
			return true
		}
	}
	return false
}

// callsOut says that a style runs code, or sends what it finds elsewhere.
func (r *reader) callsOut(css string) bool {
	for _, way := range [...]string{"expression(", "-moz-binding", "behavior:url", "behavior: url", "javascript:", "vbscript:"} {
		if indexFold(css, way) >= 0 {
			return true
		}
	}
	if at := indexFold(css, "@import"); at >= 0 && r.foreign(css[at:min(len(css), at+256)]) {
		return true
	}
	// A selector of a value with an address of its own: one letter of the value
	// is sent with each rule that fits.
	for _, selector := range [...]string{"[value^=", "[value*=", "[value$=", "[content^=", "[href^="} {
		if at := indexFold(css, selector); at >= 0 && indexFold(css[at:], "url(") >= 0 {
			return true
		}
	}
	return false
}
