package oracle

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestMovedSearch renames a search: neither name need be there from then on, and a listing
// may break off as long as the rename goes on.
func TestMovedSearch(t *testing.T) {
	move := plan.Step{Do: plan.Move, Path: "New Folder 1", Name: "song"}
	list := func(path string) plan.Step { return plan.Step{By: 1, Do: plan.List, Path: path} }
	for name, c := range map[string]struct {
		step    plan.Step
		errno   string
		before  bool // the step ends before the rename
		allowed bool
	}{
		"the old name is gone":           {step: list("New Folder 1"), errno: "ENOENT", allowed: true},
		"the new name may be renamed":    {step: list("song"), errno: "ENOENT", allowed: true},
		"another name":                   {step: list("other"), errno: "ENOENT"},
		"a listing breaks off":           {step: list("song"), errno: "EAGAIN", before: true, allowed: true},
		"another listing breaks off":     {step: list("other"), errno: "EAGAIN", before: true},
		"a listing after it breaks off":  {step: list("song"), errno: "EAGAIN"},
		"a file is renamed in that way":  {step: plan.Step{By: 1, Do: plan.Rename, Path: songA}, errno: "EAGAIN"},
		"the target is there":            {step: plan.Step{By: 1, Do: plan.Move, Path: "a", Name: "b"}, errno: "EEXIST", allowed: true},
		"the search is in use":           {step: plan.Step{By: 1, Do: plan.Move, Path: "a", Name: "b"}, errno: "EBUSY", allowed: true},
		"no search can be renamed":       {step: plan.Step{By: 1, Do: plan.Move, Path: "a", Name: "b"}, errno: "EROFS"},
		"the disk keeps no new name yet": {step: plan.Step{By: 1, Do: plan.Move, Path: "a", Name: "b"}, errno: "EIO"},
	} {
		tr := newTrial(t)
		tr.do(list(""), none)
		began := move
		began.ID = 50
		tr.Judge(history.Event{Kind: history.Began, At: tr.now, Step: began})
		end := func() {
			tr.now += time.Second
			tr.Judge(history.Event{Kind: history.Ended, At: tr.now, Step: began})
			tr.now += time.Hour
		}
		if !c.before {
			end()
		}
		tr.do(c.step, history.Answer{Errno: c.errno, Call: "opendir"})
		if c.before {
			end()
		}
		if found := len(tr.Findings()) > 0; found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}
