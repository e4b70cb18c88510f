package fs

import (
	"slices"

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
		tr.sh(sos + `head -c 400000 "$S" >/dev/null`)
		tr.await(3, fetch.Complete)
	},
	"waits": func(tr *trial, off int64) {
		tr.wasNot("idle")
		tr.waits(off)
		tr.release()
		tr.reads(off)
	},
	"waits for resume or cancel": func(tr *trial, off int64) {
		const reader = `exec 3<"$S"; tail -c +500000 <&3 >/dev/null & `
		tr.waits(off)
		tr.expect(sos+reader+`setfattr -n user.tunesfs.control -v cancel "$S"; wait $! || true`, "tail: error reading 'standard input': Operation canceled")
		tr.enter("paused")
		tr.release()
		asked := len(tr.origin.Requests())
		tr.waits(off)
		if n := len(tr.origin.Requests()) - asked; n > 0 {
			tr.t.Errorf("%d requests while paused", n)
		}
		tr.expect(sos+reader+`setfattr -n user.tunesfs.control -v resume "$S"; wait $!; echo $?`, "0")
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
