package oracle

import (
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestFolderInTrouble has the listings of one folder meet a fault: the others fail only
// where the catalog asks for fewer calls.
func TestFolderInTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		fault, dir, errno string
		allowed           bool
	}{
		"too many calls":               {"429", "own", "EAGAIN", true},
		"too many calls of another":    {"429", "dir", "EAGAIN", true},
		"out of service":               {"503", "own", "EIO", true},
		"out of service, another":      {"503", "dir", "EIO", false},
		"asked to come back, another":  {"503", "dir", "EAGAIN", true},
		"refused, and another is not":  {"403", "dir", "EACCES", false},
		"refused":                      {"403", "own", "EACCES", true},
		"refused, and it says another": {"403", "own", "EAGAIN", false},
	} {
		tr := newTrial(t)
		if err := tr.world.Strike(1, c.fault, "own/", true, 0); err != nil {
			t.Fatal(err)
		}
		tr.do(plan.Step{Do: plan.List, Path: c.dir}, history.Answer{Errno: c.errno, Call: "opendir"})
		if found := len(tr.Findings()) > 0; found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}

// TestRememberedSilence has a server be silent for a while, and a file opened after
// that: the error of an open that waited may still be remembered.
func TestRememberedSilence(t *testing.T) {
	for name, c := range map[string]struct {
		silent, later time.Duration
		allowed       bool
	}{
		"a minute, a moment ago":    {silence, time.Second, true},
		"half a minute":             {silence / 2, time.Second, false},
		"a minute, a while ago":     {silence, 4 * remembered, false},
		"much longer, a while ago":  {4 * silence, 4 * remembered, false},
		"much longer, a moment ago": {4 * silence, time.Second, true},
	} {
		tr := newTrial(t)
		if err := tr.world.Strike(1, "stall", songA, false, 0); err != nil {
			t.Fatal(err)
		}
		tr.now += c.silent
		tr.world.Heal(1)
		tr.now += c.later
		tr.do(openA, history.Answer{Errno: "ETIMEDOUT", Call: "open"})
		if found := len(tr.Findings()) > 0; found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}

// TestUnlistedTop has a name looked up while the root cannot be listed, or not soon: it is
// not there, unless the root was listed before.
func TestUnlistedTop(t *testing.T) {
	list := plan.Step{Do: plan.List}
	for name, c := range map[string]struct {
		fault, below string
		before       []plan.Step
		allowed      bool
	}{
		"no link":                     {"down", "", nil, true},
		"a silent catalog":            {"stall", "", nil, true},
		"a slow one":                  {"", "", nil, true},
		"a slow one, after a search":  {"", "", []plan.Step{{Do: plan.Mkdir, Path: "me"}, {Do: plan.Stat, Path: "me/a.mp3"}}, true},
		"no fault, listed before":     {"", "", []plan.Step{list}, false},
		"no fault, a file before":     {"", "", []plan.Step{openA}, false},
		"no fault, a folder before":   {"", "", []plan.Step{listD}, false},
		"a mount before":              {"", "", []plan.Step{openA, {By: plan.World, Do: plan.Kill}}, true},
		"another folder's fault":      {"500", "dir/", []plan.Step{list}, false},
		"no link, listed before":      {"down", "", []plan.Step{list}, false},
		"no link, a file read before": {"down", "", []plan.Step{openA}, true},
	} {
		tr := newTrial(t)
		for _, s := range c.before {
			tr.do(s, none)
			tr.now += time.Second
		}
		if c.fault != "" {
			if err := tr.world.Strike(1, c.fault, c.below, true, 0); err != nil {
				t.Fatal(err)
			}
		}
		tr.do(get("state"), history.Answer{Errno: "ENOENT", Call: "getxattr"})
		if found := len(tr.Findings()) > 0; found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}

// TestListedBefore has a mount that listed a folder end, and be there again before the
// step that ended it has ended, as where other mounts end, too: nothing is listed then.
func TestListedBefore(t *testing.T) {
	refused := history.Answer{Errno: "EACCES", Call: "getxattr"}
	other := plan.Step{Do: plan.Rename, Path: songA}
	for name, c := range map[string]struct {
		ends, late bool // late: the folder is listed while the mount ends
		step       plan.Step
		answer     history.Answer
		allowed    bool
	}{
		"listed":                     {step: get("state"), answer: refused},
		"listed by the mount before": {ends: true, step: get("state"), answer: refused, allowed: true},
		"listed as it ended":         {ends: true, late: true, step: get("state"), answer: refused, allowed: true},
		"a rename":                   {step: other, answer: history.Answer{Errno: "EISDIR", Call: "rename"}},
		"a rename after it":          {ends: true, step: other, answer: history.Answer{Errno: "EISDIR", Call: "rename"}, allowed: true},
	} {
		tr := newTrial(t)
		list := func() {
			tr.do(listD, none)
			tr.now += time.Second
		}
		if !c.late {
			list()
		}
		if c.ends {
			tr.Judge(history.Event{Kind: history.Began, At: tr.now, Step: plan.Step{ID: 90, By: plan.World, Do: plan.Pull}})
			tr.now += time.Second
		}
		if c.late {
			list()
		}
		if err := tr.world.Strike(1, "403", "dir/", true, 0); err != nil {
			t.Fatal(err)
		}
		tr.do(c.step, c.answer)
		if found := slices.ContainsFunc(tr.Findings(), func(f Finding) bool { return f.Rule == contract }); found == c.allowed {
			t.Errorf("%s: found %v", name, tr.Findings())
		}
	}
}
