package oracle

import (
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// A trial is an oracle of a world with some files, and the time in it.
type trial struct {
	*Oracle
	world *world.World
	now   time.Duration
	id    int
}

const (
	songA = "dir/a.mp3"   // file 1, of 1000 bytes
	songB = "dir/b.mp3"   // file 2
	songC = "own/d.mp3"   // file 3, which is only sent whole
	songE = "other/e.mp3" // file 4, which the server does not date
	songF = "long/f.mp3"  // file 5, whose size only its end tells
	songG = "pages/g.mp3" // file 6, of more than two pages
)

func newTrial(t *testing.T) *trial {
	tr := &trial{}
	setup := plan.Setup{Service: "index", Files: []plan.File{{Path: songA, Size: 1000, Validators: "strong"}, {Path: songB, Size: 50, Validators: "strong"},
		{Path: songC, Size: 50, Validators: "strong", NoRanges: true}, {Path: songE, Size: 70, Validators: "none"},
		{Path: songF, Size: 90, Validators: "strong", NoLength: true}, {Path: songG, Size: 9000, Validators: "strong"}}}
	w, err := world.New(setup, func() time.Duration { return tr.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	tr.world, tr.Oracle = w, New(w, setup, Options{Host: "127.0.0.1"})
	return tr
}

// do has a step begin and end, a second later.
func (tr *trial) do(s plan.Step, a history.Answer) {
	tr.id++
	s.ID = tr.id
	tr.Judge(history.Event{Kind: history.Began, At: tr.now, Step: s})
	tr.now += time.Second
	tr.Judge(history.Event{Kind: history.Ended, At: tr.now, Step: s, Answer: a})
}

func run(file, number uint32, from, to int64) []cell.Run {
	return []cell.Run{{Version: cell.Version{File: file, Number: number}, From: from, To: to}}
}

var (
	openA = plan.Step{Do: plan.Open, Path: songA}
	readA = plan.Step{Do: plan.Read, Offset: 0, Length: 100}
	copyA = plan.Step{Do: plan.Copy, Path: songA}
	listD = plan.Step{Do: plan.List, Path: "dir"}
)

func control(verb string) plan.Step { return plan.Step{Do: plan.Control, Path: songA, Verb: verb} }

func get(name string) plan.Step {
	return plan.Step{Do: plan.Get, Path: songA, Name: "user.tunesfs." + name}
}

func text(s string) history.Answer { return history.Answer{Text: s} }

// read is the answer of a read of a hundred bytes of a version.
func read(number uint32) history.Answer {
	return history.Answer{Read: 100, Runs: run(1, number, 0, 100)}
}

// whole is the answer of a copy of a version.
func whole(number uint32, size int64) history.Answer {
	return history.Answer{Read: size, Whole: true, Runs: run(1, number, 0, size)}
}

var none history.Answer

// TestOracle breaks each rule, and comes near to that.
func TestOracle(t *testing.T) {
	for name, c := range map[string]struct {
		want string // the rule that is broken, or ""
		do   func(*trial)
	}{
		"right bytes": {"", func(tr *trial) { tr.do(openA, none); tr.do(readA, read(1)) }},
		"bytes of another file": {"no wrong byte", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, history.Answer{Read: 100, Runs: run(2, 1, 0, 100)})
		}},
		"zeros": {"no wrong byte", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, history.Answer{Read: 100, Runs: run(1, 1, 16, 100), Strays: []cell.Stray{{At: 0, Says: "zeros"}}})
		}},
		"a version to come": {"a version that was served", func(tr *trial) { tr.do(copyA, whole(2, 1000)) }},
		"two versions by one handle": {"one handle, one version", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, read(1))
			tr.world.Publish(songA, 2000)
			tr.do(readA, read(2))
		}},
		"two versions by two handles": {"", func(tr *trial) {
			tr.do(copyA, whole(1, 1000))
			tr.world.Publish(songA, 2000)
			tr.do(copyA, whole(2, 2000))
		}},
		"another size after ESTALE": {"", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, read(1))
			tr.world.Publish(songA, 2000)
			tr.do(readA, history.Answer{Errno: "ESTALE"})
			tr.do(plan.Step{Do: plan.Fstat}, history.Answer{Stat: &history.Stat{Size: 2000}})
		}},
		"a version that went back": {"versions do not go back", func(tr *trial) {
			tr.world.Publish(songA, 2000)
			tr.do(copyA, whole(2, 2000))
			tr.do(copyA, whole(1, 1000))
		}},
		"a short read": {"a read is whole", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, history.Answer{Read: 60, Runs: run(1, 1, 0, 60)})
		}},
		"a short read by a signal": {"", func(tr *trial) {
			tr.do(openA, none)
			tr.do(readA, history.Answer{Read: 60, Runs: run(1, 1, 0, 60), Signaled: true})
		}},
		"a cut copy":    {"a copy is whole", func(tr *trial) { tr.do(copyA, whole(1, 990)) }},
		"a size untrue": {"fstat is true", func(tr *trial) { a := whole(1, 1000); a.Stat = &history.Stat{Size: 9}; tr.do(copyA, a) }},
		"an error without a fault": {"an error of the contract", func(tr *trial) {
			tr.do(listD, history.Answer{Entries: []history.Entry{{Name: "a.mp3"}, {Name: "b.mp3"}}})
			tr.do(copyA, history.Answer{Errno: "EIO"})
		}},
		"the error of a fault": {"", func(tr *trial) {
			if err := tr.world.Strike(99, "403", "dir", false, 0); err != nil {
				panic(err)
			}
			tr.do(copyA, history.Answer{Errno: "EACCES"})
		}},
		"an error for a fault that passes": {"an error of the contract", func(tr *trial) {
			if err := tr.world.Strike(99, "503", "dir", false, 0); err != nil {
				panic(err)
			}
			tr.do(copyA, history.Answer{Errno: "EIO"})
		}},
		"canceled without a cancel": {"an error of the contract", func(tr *trial) { tr.do(copyA, history.Answer{Errno: "ECANCELED"}) }},
		"canceled": {"", func(tr *trial) {
			tr.do(openA, none)
			tr.do(control("cancel"), none)
			tr.do(readA, history.Answer{Errno: "ECANCELED"})
		}},
		"idle after start": {"a verb counts", func(tr *trial) { tr.do(control("start"), none); tr.do(get("state"), text("idle")) }},
		"idle after start and kill": {"a verb counts", func(tr *trial) {
			tr.do(control("start"), none)
			tr.do(plan.Step{By: plan.World, Do: plan.Kill}, none)
			tr.do(get("state"), text("idle"))
		}},
		"idle after start and cancel": {"", func(tr *trial) {
			tr.do(control("start"), none)
			tr.do(control("cancel"), none)
			tr.do(get("state"), text("idle"))
		}},
		"a pause of what may be complete, and kill -9": {"", func(tr *trial) {
			tr.do(control("start"), none)
			tr.do(control("pause"), none)
			tr.do(plan.Step{By: plan.World, Do: plan.Kill}, none)
			tr.do(get("state"), text("downloading"))
		}},
		"a pause that was seen, and kill -9": {"a verb counts", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("state"), text("paused"))
			tr.do(plan.Step{By: plan.World, Do: plan.Kill}, none)
			tr.do(get("state"), text("downloading"))
		}},
		"bytes after pause": {"pause moves no byte", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("downloaded"), text("100"))
			tr.do(get("downloaded"), text("200"))
		}},
		"bytes after evict": {"evict drops all", func(tr *trial) { tr.do(control("evict"), none); tr.do(get("downloaded"), text("1")) }},
		"bytes after cancel": {"cancel drops all", func(tr *trial) {
			tr.do(control("cancel"), none)
			tr.do(get("state"), text("idle"))
			tr.do(get("downloaded"), text("1"))
		}},
		"a cancel of what is complete": {"", func(tr *trial) {
			tr.do(control("cancel"), none)
			tr.do(get("state"), text("complete"))
			tr.do(get("downloaded"), text("1000"))
		}},
		"a file that is missing": {"a listing is whole", func(tr *trial) { tr.do(listD, history.Answer{Entries: []history.Entry{{Name: "a.mp3"}}}) }},
		"a stranger": {"a listing is the catalog's", func(tr *trial) {
			tr.do(listD, history.Answer{Entries: []history.Entry{{Name: "a.mp3"}, {Name: "b.mp3"}, {Name: "c.mp3"}}})
		}},
		"the size of one version and the time of another": {"size and time belong together", func(tr *trial) {
			was := tr.world.Newest(songA)
			tr.world.Publish(songA, 2000)
			tr.do(plan.Step{Do: plan.Stat, Path: songA}, history.Answer{Stat: &history.Stat{Size: 2000, Mtime: was.Modified, Mode: 0o644}})
		}},
		"no time, of a file with dates": {"size and time belong together", func(tr *trial) {
			tr.world.Publish(songA, 2000)
			tr.do(plan.Step{Do: plan.Stat, Path: songA}, history.Answer{Stat: &history.Stat{Size: 2000, Mtime: time.Unix(0, 0), Mode: 0o644}})
		}},
		"no time, of a version that only a listing dates": {"", func(tr *trial) {
			tr.world.Publish(songE, 2000)
			tr.do(plan.Step{Do: plan.Stat, Path: songE}, history.Answer{Stat: &history.Stat{Size: 2000, Mtime: time.Unix(0, 0), Mode: 0o644}})
		}},
		"too long": {"nothing hangs", func(tr *trial) {
			tr.id++
			s := copyA
			s.ID = tr.id
			tr.Judge(history.Event{Kind: history.Began, At: tr.now, Step: s})
			tr.Judge(history.Event{Kind: history.Ended, At: tr.now + 80*time.Second, Step: s, Answer: whole(1, 1000)})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			c.do(tr)
			var rules []string
			for _, f := range tr.Findings() {
				rules = append(rules, f.Rule)
			}
			if c.want == "" && len(rules) > 0 || c.want != "" && !slices.Contains(rules, c.want) {
				t.Errorf("found %q, want %q: %v", rules, c.want, tr.Findings())
			}
		})
	}
}
