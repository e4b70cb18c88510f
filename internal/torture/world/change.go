package world

import (
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// Change carries out a step of the actor that changes the origin. It reports false for
// a step that changes something else.
func (w *World) Change(s plan.Step) (changes bool, err error) {
	switch s.Do {
	case plan.Publish:
		w.Publish(s.Path, s.Size)
	case plan.Hide:
		w.SetListed(s.Path, false)
	case plan.Unlist:
		w.SetListed(s.Path, false)
		w.SetServed(s.Path, false)
	case plan.Relist:
		w.SetServed(s.Path, true)
		w.SetListed(s.Path, true)
	case plan.Strike:
		if strings.HasPrefix(s.Fault, "disk-") {
			return false, nil
		}
		return true, w.Strike(s.ID, s.Fault, s.Path, s.How == "lists", s.Count)
	case plan.Heal:
		w.Heal(s.Ends)
	default:
		return false, nil
	}
	return true, nil
}
