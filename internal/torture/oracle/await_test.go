package oracle

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// TestMidway breaks what verbs promise of a download that they meet in the middle.
func TestMidway(t *testing.T) {
	await := plan.Step{Do: plan.Await, Offset: 0, Length: 100}
	awaited := plan.Step{Do: plan.Awaited, Offset: 0, Length: 100, Signal: time.Minute}
	canceled := history.Answer{Errno: "ECANCELED"}
	// partial opens a file of which nothing is held.
	partial := func(tr *trial) {
		tr.do(control("cancel"), none)
		tr.do(get("state"), text("idle"))
		tr.do(openA, none)
	}
	cancel := func(tr *trial, state string) {
		tr.do(control("cancel"), none)
		tr.do(get("state"), text(state))
	}
	for name, tt := range map[string]struct {
		want string
		do   func(*trial)
	}{
		"a handle reads on after a cancel": {"a canceled handle stays canceled", func(tr *trial) {
			partial(tr)
			cancel(tr, "idle")
			tr.do(readA, read(1))
		}},
		"a handle of a file that was complete": {"", func(tr *trial) {
			tr.do(openA, none)
			cancel(tr, "idle")
			tr.do(readA, read(1))
		}},
		"a handle after a cancel of what is complete": {"", func(tr *trial) {
			partial(tr)
			cancel(tr, "complete")
			tr.do(readA, read(1))
		}},
		"a handle that was opened after the cancel": {"", func(tr *trial) { partial(tr); tr.do(readA, read(1)) }},
		"a canceled handle after kill -9": {"", func(tr *trial) {
			partial(tr)
			tr.do(plan.Step{By: plan.World, Do: plan.Kill}, none)
			cancel(tr, "idle")
			tr.do(readA, history.Answer{Errno: "ENOTCONN"})
		}},
		"a canceled handle": {"", func(tr *trial) { partial(tr); cancel(tr, "idle"); tr.do(readA, canceled) }},
		"a wait that outlasts a cancel": {"a canceled handle stays canceled", func(tr *trial) {
			partial(tr)
			tr.do(await, none)
			cancel(tr, "idle")
			a := read(1)
			a.Late = time.Second
			tr.do(awaited, a)
		}},
		"a wait that ended before the cancel": {"", func(tr *trial) {
			partial(tr)
			tr.do(await, none)
			cancel(tr, "idle")
			a := read(1)
			a.Late = -time.Millisecond
			tr.do(awaited, a)
		}},
		"a wait that a cancel ended": {"", func(tr *trial) { partial(tr); tr.do(await, none); cancel(tr, "idle"); tr.do(awaited, canceled) }},
		"a wait that a signal to the process ended": {"", func(tr *trial) {
			partial(tr)
			tr.do(await, none)
			tr.do(plan.Step{By: plan.World, Do: plan.Unmount, How: "signal"}, none)
			tr.do(awaited, history.Answer{Errno: "ENOTCONN"})
		}},
		"one that it aborted": {"an error of the contract", func(tr *trial) {
			partial(tr)
			tr.do(await, none)
			tr.do(plan.Step{By: plan.World, Do: plan.Unmount, How: "signal"}, none)
			tr.do(awaited, history.Answer{Errno: "ECONNABORTED"})
		}},
		"one that umount -f aborted": {"", func(tr *trial) {
			partial(tr)
			tr.do(await, none)
			tr.do(plan.Step{By: plan.World, Do: plan.Unmount, How: "force"}, none)
			tr.do(awaited, history.Answer{Errno: "ECONNABORTED"})
		}},
		"a wait that was canceled by nobody": {"an error of the contract", func(tr *trial) {
			tr.do(listD, history.Answer{Entries: []history.Entry{{Name: "a.mp3"}, {Name: "b.mp3"}}})
			tr.do(openA, none)
			tr.do(await, none)
			tr.do(awaited, canceled)
		}},
		"a handle that was opened in a pause": {"", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(openA, none)
			tr.do(readA, history.Answer{Errno: "EBUSY"})
		}},
		"a handle that was open when the pause came": {"an error of the contract", func(tr *trial) {
			tr.do(openA, none)
			tr.now += time.Second
			tr.do(control("pause"), none)
			tr.do(readA, history.Answer{Errno: "EBUSY"})
		}},
		"a pause that is over": {"a pause lasts", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("state"), text("paused"))
			tr.do(plan.Step{By: plan.World, Do: plan.Kill}, none)
			tr.do(get("state"), text("idle"))
		}},
		"bytes that a reader had come while paused": {"pause moves no byte", func(tr *trial) {
			tr.do(control("pause"), none)
			tr.do(get("state"), text("paused"))
			tr.do(get("downloaded"), text("100"))
			tr.do(openA, none)
			tr.do(readA, history.Answer{Errno: "EINTR", Signaled: true})
			tr.do(get("downloaded"), text("200"))
		}},
		"a verb to another folder": {"a verb counts", func(tr *trial) {
			tr.do(plan.Step{Do: plan.Control, Path: "own", Verb: "cancel"}, none)
			tr.do(control("start"), none)
			tr.do(get("state"), text("idle"))
		}},
		"a verb to the folder": {"", func(tr *trial) {
			tr.do(plan.Step{Do: plan.Control, Path: "dir", Verb: "cancel"}, none)
			tr.do(control("start"), none)
			tr.do(get("state"), text("idle"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			tt.do(tr)
			found := tr.Findings()
			if tt.want == "" && len(found) > 0 || tt.want != "" && (len(found) == 0 || found[0].Rule != tt.want) {
				t.Errorf("%v, want the rule %q", found, tt.want)
			}
		})
	}
}
