package oracle

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

const contract = "an error of the contract"

var (
	openF = plan.Step{Do: plan.Open, Path: songF}
	fstat = plan.Step{Do: plan.Fstat}
	copyC = plan.Step{Do: plan.Copy, Path: songC}
	zeros = history.Answer{Read: 1000, Whole: true, Runs: run(1, 1, 0, 992), Strays: []cell.Stray{{At: 992, Says: "zeros"}}}
)

func fails(errno string) history.Answer { return history.Answer{Errno: errno, Call: "read"} }

// TestCacheTroubles has the cache fail, and answers that are right then and wrong.
func TestCacheTroubles(t *testing.T) {
	disk := plan.Step{By: plan.World, Do: plan.Strike, Fault: "disk-write"}
	cut := plan.Step{By: plan.World, Do: plan.Pull}
	empty := plan.Step{By: plan.World, Do: plan.Empty, How: "all"}
	kill := plan.Step{By: plan.World, Do: plan.Kill}
	for name, c := range map[string]struct {
		want string // the rule that is broken, or ""
		do   func(*trial)
	}{
		"a read on a failing disk":     {contract, func(tr *trial) { tr.do(disk, none); tr.do(copyA, fails("EIO")) }},
		"one without ranges":           {"", func(tr *trial) { tr.do(disk, none); tr.do(copyC, fails("EIO")) }},
		"one with the wrong errno":     {contract, func(tr *trial) { tr.do(disk, none); tr.do(copyC, fails("EROFS")) }},
		"a size":                       {contract, func(tr *trial) { tr.do(openA, none); tr.do(disk, none); tr.do(fstat, fails("ENOSPC")) }},
		"a size that the end tells":    {"", func(tr *trial) { tr.do(openF, none); tr.do(disk, none); tr.do(fstat, fails("ENOSPC")) }},
		"that size on a sound disk":    {contract, func(tr *trial) { tr.do(openF, none); tr.do(fstat, fails("ENOSPC")) }},
		"that size with a wrong errno": {contract, func(tr *trial) { tr.do(openF, none); tr.do(disk, none); tr.do(fstat, fails("EROFS")) }},
		"a size that a fault withholds": {"", func(tr *trial) {
			tr.do(openA, none)
			if err := tr.world.Strike(90, "total", "dir", false, 0); err != nil {
				t.Fatal(err)
			}
			tr.do(disk, none)
			tr.do(fstat, fails("ENOSPC"))
		}},
		"a verb on a failing disk": {"", func(tr *trial) { tr.do(disk, none); tr.do(control("start"), fails("EIO")) }},
		"a verb on a sound disk":   {contract, func(tr *trial) { tr.do(control("start"), fails("EIO")) }},
		"a listing":                {contract, func(tr *trial) { tr.do(disk, none); tr.do(listD, fails("EIO")) }},
		"a search on a full disk":  {"", func(tr *trial) { tr.do(disk, none); tr.do(plan.Step{Do: plan.Mkdir, Path: "x"}, fails("ENOSPC")) }},
		"a verb long after it": {contract, func(tr *trial) {
			tr.do(disk, none)
			tr.Heal(tr.now)
			tr.now += time.Minute
			tr.do(control("start"), fails("EIO"))
		}},
		"a verb after its own heal": {contract, func(tr *trial) {
			tr.do(disk, none)
			tr.do(plan.Step{By: plan.World, Do: plan.Heal, Ends: tr.id}, none)
			tr.now += time.Minute
			tr.do(control("start"), fails("EIO"))
		}},
		"after another's heal": {"", func(tr *trial) {
			tr.do(disk, none)
			tr.do(plan.Step{By: plan.World, Do: plan.Heal, Ends: 99}, none)
			tr.now += time.Minute
			tr.do(control("start"), fails("EIO"))
		}},
		"a pause, and the power": {"a pause lasts", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("state"), text("paused"))
			tr.do(cut, none)
			tr.do(get("state"), text("idle"))
		}},
		"a start, and the power":      {"", func(tr *trial) { tr.do(control("start"), none); tr.do(cut, none); tr.do(get("state"), text("queued")) }},
		"a start that the power ends": {"a verb counts", func(tr *trial) { tr.do(control("start"), none); tr.do(cut, none); tr.do(get("state"), text("idle")) }},
		"a pause, and no cache": {"", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(empty, none)
			tr.do(get("state"), text("downloading"))
		}},
		"bytes that go while the cache is emptied": {"", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("downloaded"), text("100"))
			tr.Judge(history.Event{Kind: history.Began, At: tr.now, Step: empty})
			tr.do(get("downloaded"), text("0"))
		}},
		"an older version after the power": {"", func(tr *trial) {
			tr.world.Publish(songA, 2000)
			tr.do(copyA, whole(2, 2000))
			tr.do(cut, none)
			tr.do(copyA, whole(1, 1000))
		}},
		"an older version after a failing disk and a kill": {"", func(tr *trial) {
			tr.world.Publish(songA, 2000)
			tr.do(disk, none)
			tr.do(copyA, whole(2, 2000))
			tr.do(kill, none)
			tr.Heal(tr.now)
			tr.do(copyA, whole(1, 1000))
		}},
		"one after a failing disk": {"versions do not go back", func(tr *trial) {
			tr.world.Publish(songA, 2000)
			tr.do(disk, none)
			tr.do(copyA, whole(2, 2000))
			tr.do(copyA, whole(1, 1000))
		}},
		"one after a kill": {"versions do not go back", func(tr *trial) {
			tr.do(disk, none)
			tr.Heal(tr.now)
			tr.now += time.Second
			tr.world.Publish(songA, 2000)
			tr.do(copyA, whole(2, 2000))
			tr.do(kill, none)
			tr.do(copyA, whole(1, 1000))
		}},
		"zeros after the power": {"no wrong byte", func(tr *trial) { tr.do(cut, none); tr.do(copyA, zeros) }},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			c.do(tr)
			switch found := tr.Findings(); {
			case len(found) == 0 && c.want == "":
			case len(found) == 1 && found[0].Rule == c.want:
			default:
				t.Errorf("found %v, want %q", found, c.want)
			}
		})
	}
}
