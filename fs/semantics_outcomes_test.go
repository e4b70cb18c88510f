package fs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// verbOutcomes check what a cell of the table of states says of a verb.
var verbOutcomes = map[string]func(tr *trial, verb string){
	"no-op": func(tr *trial, verb string) {
		tr.says(verb, "-")
		tr.stands(tr.before.held, tr.before.state)
	},
	"-> downloading":                 downloads,
	"-> downloading what is missing": downloads,
	"-> paused": func(tr *trial, verb string) {
		tr.wasNot("paused")
		tr.says(verb, "-")
		tr.stands(tr.before.held, "paused")
		tr.falls(func() bool {
			return !slices.ContainsFunc(tr.origin.RequestsOf("SOS.m4a"), func(r fetchtest.Request) bool { return !r.Done })
		})
	},
	"bytes dropped": func(tr *trial, verb string) {
		tr.says(verb, "-")
		tr.stands(0, tr.before.state)
	},
	"-> idle, bytes dropped": func(tr *trial, verb string) {
		tr.wasNot("idle")
		tr.says(verb, "-")
		tr.stands(0, "idle")
	},
	"EBUSY": func(tr *trial, verb string) {
		tr.says(verb, "EBUSY")
		tr.stands(tr.before.held, tr.before.state)
	},
	"EBUSY while open": func(tr *trial, verb string) {
		tr.sh(sos + `cat "$S" >/dev/null`)
		tr.await(3, fetch.Complete)
		tr.fails(sos+`exec 3<"$S"; setfattr -n user.tunesfs.control -v `+verb+` "$S"`, "Device or resource busy")
		tr.stands(tr.before.held, tr.before.state)
	},
}

// readOutcomes check what a cell of the table of states says of a read.
// The read is of bytes at off.
var readOutcomes = map[string]func(tr *trial, off int64){
	"-": func(tr *trial, _ int64) { tr.stands(trialSize, tr.before.state) }, // nothing is missing
	"served": func(tr *trial, off int64) {
		tr.origin.Fault(fetchtest.Always, fetchtest.HoldAt(fetchtest.BeforeHead, tr.never())) // it cannot come from there
		tr.reads(off)
		if state := tr.stand().state; state != tr.before.state && (tr.before.state != "queued" || state != "downloading") {
			tr.t.Errorf("now it is %s", state)
		}
	},
	"fetched": func(tr *trial, off int64) {
		tr.release()
		tr.reads(off)
		if now := tr.stand(); now.state != "idle" || now.held <= tr.before.held {
			tr.t.Errorf("now it is %+v", now)
		}
	},
	"-> downloading once the reader means it": func(tr *trial, _ int64) {
		tr.sh(sos + `head -c 130000 "$S" >/dev/null`)
		if state := tr.stand().state; state != "idle" {
			tr.t.Errorf("after a glance it is %s", state)
		}
		tr.sh(sos + `exec 3<"$S"; head -c 280000 <&3 >/dev/null
			until [ "$(getfattr --absolute-names --only-values -n user.tunesfs.state "$S")" = complete ]; do sleep 0.01; done`)
		tr.mu.Lock()
		defer tr.mu.Unlock()
		if !slices.Contains(tr.states["3"], fetch.Downloading) {
			tr.t.Errorf("it was never downloading: %v", tr.states["3"])
		}
	},
	"waits": func(tr *trial, off int64) {
		tr.wasNot("idle")
		tr.waits(off)
		tr.release()
		tr.reads(off)
	},
	"EBUSY after 5 s": func(tr *trial, off int64) {
		asked := len(tr.origin.Requests())
		tr.waits(off)
		tr.fails(sos+fmt.Sprintf(`dd if="$S" bs=1000 skip=%d count=4 status=none`, off/1000), "Device or resource busy")
		tr.stands(tr.before.held, "paused")
		if n := len(tr.origin.Requests()) - asked; n > 0 {
			tr.t.Errorf("%d requests while paused", n)
		}
	},
	"a handle opened before the pause waits for resume or cancel": func(tr *trial, off int64) {
		const control = `setfattr -n user.tunesfs.control -v `
		typed := newShell(tr.world)
		// The reader begins first, and waits still when a handle that was opened later fails.
		outlasts := sos + control + `start "$S"; exec 3<"$S"; ` + control + `pause "$S"; tail -c +500000 <&3 2>&1 >/dev/null & ` +
			fmt.Sprintf(`dd if="$S" bs=1000 skip=%d count=4 status=none; kill -0 $! && echo waits`, off/1000)
		ends := func(verb, want string) {
			tr.t.Helper()
			if got := typed.types(outlasts); !strings.HasSuffix(got, "Device or resource busy\nwaits") {
				tr.t.Errorf("while paused: %s", got)
			}
			if verb == "resume" {
				tr.release()
			}
			if got := typed.types(sos + control + verb + ` "$S"; wait $!; echo $?`); !strings.HasSuffix(got, want) {
				tr.t.Errorf("after %s: %s", verb, got)
			}
		}
		ends("cancel", "Operation canceled\n1")
		ends("resume", "0")
	},
	"a new attempt after a short back-off, else the error": func(tr *trial, off int64) {
		asked := len(tr.origin.Requests())
		for len(tr.origin.Requests()) == asked {
			tr.fails(sos+`tail -c +500000 "$S"`, "Input/output error")
		}
		tr.release()
		tr.sh(sos + `until cat "$S" >/dev/null 2>&1; do sleep 0.1; done`)
		tr.reads(off)
	},
}

// downloads checks that the file is wanted from here on, and that nothing that
// is held is asked for again.
func downloads(tr *trial, verb string) {
	tr.wasNot("queued", "downloading")
	tr.keepBack()
	asked := len(tr.origin.RequestsOf("SOS.m4a"))
	tr.says(verb, "-")
	if state := tr.stand().state; state != "downloading" && state != "queued" {
		tr.t.Errorf("now it is %s", state)
	}
	tr.release()
	tr.await(3, fetch.Complete)
	for _, r := range tr.origin.RequestsOf("SOS.m4a")[asked:] {
		if r.From < tr.before.held {
			tr.t.Errorf("%s is asked for again", r.Range)
		}
	}
	tr.reads(missingAt)
}

// wasNot checks that the track was in none of states before.
func (tr *trial) wasNot(states ...string) {
	tr.t.Helper()
	if slices.Contains(states, tr.before.state) {
		tr.t.Errorf("it was %s before", tr.before.state)
	}
}
