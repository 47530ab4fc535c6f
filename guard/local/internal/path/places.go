package path

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// read is what is wrong with looking at a place.
func read(p place.Place, s *subject) problem {
	switch {
	case p.Has(place.Secret) && (s.certain || !p.Has(place.Project)):
		if s.intent == writes && p.Has(place.Project) {
			return problem{} // to set up a project's .env is work
		}
		return problem{"path.secret", "reaches for keys or passwords", guard.SeverityHigh}
	case s.derived:
		return problem{}
	case p.Has(place.Account):
		return problem{"path.account", "reaches for what says who may log in to this system", guard.SeverityHigh}
	case p.Has(place.Device):
		return problem{"path.device", "reaches for a disk or the memory beneath the file system", guard.SeverityHigh}
	case p.Has(place.History) && !p.Has(place.System) && s.intent == reads && shellHistory(s.text):
		return problem{"path.history", "reads what a person typed before, passwords among it", guard.SeverityMedium}
	case p.Has(place.System|place.History) && s.intent == reads && loginRecord(s.text):
		return problem{"path.account", "reads who logged in to this system, or a person's mail", guard.SeverityMedium}
	case p.Has(place.Kernel) && process(s.text):
		return problem{"path.process", "looks into a running process: its environment, its memory, its open files", guard.SeverityMedium}
	default:
		return problem{}
	}
}

// written is what is wrong with changing a place.
func written(p place.Place, s *subject) problem {
	switch {
	case p.Has(place.Guard):
		return problem{"path.guard", "changes the rules that this agent is held to", guard.SeverityCritical}
	case p.Has(place.Startup):
		return problem{"path.startup", "changes what runs by itself at login, at boot, by a timer or at a commit", guard.SeverityHigh}
	case p.Has(place.Account):
		return problem{"path.account", "changes who may log in to this system", guard.SeverityCritical}
	case p.Has(place.Device | place.Kernel):
		return problem{"path.device", "writes to a device or to the kernel", guard.SeverityCritical}
	case p.Has(place.Root) || p.Has(place.Home) && s.intent == deletes:
		return problem{"path.root", "changes a whole system's or a whole home's folder", guard.SeverityCritical}
	case p.Has(place.System):
		return problem{"path.system", "changes files of the operating system", guard.SeverityHigh}
	case p.Has(place.History):
		return problem{"path.history", "changes a log or a history, which covers tracks", guard.SeverityMedium}
	case p.Has(place.VCS):
		return problem{"path.vcs", "changes the repository behind its back", guard.SeverityMedium}
	default:
		return problem{}
	}
}
