package run

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// quiet is how long a mount may take until nothing is under way any more.
const quiet = 60 * time.Second

// checkpoint ends all faults, has every mount refresh every folder by hand, waits until
// nothing is under way, and compares all that is shown with what the origin has.
func (r *runner) checkpoint(round int) error {
	r.world.Heal(-1)
	r.world.SetBrisk(true)
	defer r.world.SetBrisk(false)
	if err := errors.Join(r.endCache(), r.setLink()); err != nil {
		return err
	}
	for _, m := range r.mounts {
		m.oracle.Heal(r.now())
	}
	followed := func(do func(*instance) error) func(*instance) error {
		return func(m *instance) error {
			if !r.follows(m, round) {
				return nil
			}
			return do(m)
		}
	}
	for _, do := range []func(*instance) error{
		r.closeAll, followed(r.checkPaused), r.resume, r.refreshAll, r.awaitQuiet,
		followed(r.checkEvents),
		r.checkBounds, r.checkFiles, r.awaitQuiet, r.checkFree, r.awaitQuiet,
		func(m *instance) error { return r.checkTold(m, round) },
		r.awaitQuiet, r.checkEvictable,
	} {
		for _, m := range r.mounts {
			if err := do(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// limited reports whether not all files fit into a cache.
func (r *runner) limited() bool { return slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") }

// resume has what is paused or failed go on.
func (r *runner) resume(m *instance) error {
	if err := r.check(m, plan.Step{Do: plan.Control, Verb: "resume"}); err != nil {
		return err
	}
	return r.check(m, plan.Step{Do: plan.Settle})
}

// refreshAll refreshes every folder, and compares its listing.
func (r *runner) refreshAll(m *instance) error {
	since := r.clock.Now().Truncate(time.Second).Add(time.Second)
	time.Sleep(since.Sub(r.clock.Now()))
	for _, f := range r.world.MountFolders() {
		if err := r.refresh(m, f, since); err != nil {
			return err
		}
		if err := r.checkListing(m, f); err != nil {
			return err
		}
	}
	return nil
}

// putOff is how long a folder may fail to be refreshed after all faults: a catalog may
// have asked for fewer calls, and the program may remember that it could not be reached.
const putOff = 15 * time.Second

// refresh refreshes a folder by hand, until the catalog has answered. The attribute
// that says when has whole seconds, so since has to be the start of one.
func (r *runner) refresh(m *instance, folder string, since time.Time) error {
	for end := time.Now().Add(r.wide(putOff)); ; time.Sleep(100 * time.Millisecond) {
		if err := r.check(m, plan.Step{Do: plan.Control, Path: folder, Verb: "refresh"}); err != nil {
			return err
		}
		if err := r.check(m, plan.Step{Do: plan.List, Path: folder}); err != nil {
			return err
		}
		s := r.checked(plan.Step{By: m.workers[0], Do: plan.Get, Path: folder, Name: "user.tunesfs.listed"})
		a, err := r.do(s.By, s)
		text, _, _ := strings.Cut(a.Text, " ")
		listed, bad := time.Parse(time.RFC3339, text)
		if err != nil || bad == nil && !listed.Before(since) {
			return err
		}
		if time.Now().After(end) {
			r.fault("a refresh reaches the catalog", s, a, fmt.Sprintf("listed %q, refreshed since %v", a.Text, since))
			return r.cause()
		}
	}
}

// checkListing compares a folder that was just refreshed with the ledger.
func (r *runner) checkListing(m *instance, folder string) error {
	s := plan.Step{By: m.workers[0], Do: plan.List, Path: folder}
	a, err := r.checkBy(s.By, s)
	if err != nil || a.Errno != "" {
		return err
	}
	want := r.world.Shown(folder)
	var got []string
	for _, e := range a.Entries {
		_, isFolder := r.world.Asked(path.Join(folder, e.Name)) // others are searches, and the catalog's own
		if oracle.Track(e.Name) && (!e.Dir || isFolder) {
			got = append(got, e.Name)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.fault("after a refresh all is listed", s, a,
			fmt.Sprintf("listed %q, the origin has %q", got, want))
		return r.cause()
	}
	return nil
}

// awaitQuiet waits until no download is under way and no request is answered.
func (r *runner) awaitQuiet(m *instance) error {
	s := plan.Step{By: m.workers[0], Do: plan.Downs}
	for end := time.Now().Add(r.wide(quiet)); ; time.Sleep(20 * time.Millisecond) {
		a, err := r.checkBy(s.By, s)
		if err != nil {
			return err
		}
		active := r.world.Origin.Stats().Active
		moving := strings.Contains(a.Text, `"downloading"`) || strings.Contains(a.Text, `"queued"`)
		if active == 0 && !moving {
			return nil
		}
		if time.Now().After(end) {
			r.fault("it becomes quiet", s, a,
				fmt.Sprintf("after %v: %d requests, downloads %s", quiet, active, a.Text))
			return r.cause()
		}
	}
}

// checkFiles opens every file once: it has to be the newest.
func (r *runner) checkFiles(m *instance) error { return r.eachFile(m, r.checkNewest) }

// checkNewest opens a file: it has to be the newest.
func (r *runner) checkNewest(by int, file string) error {
	s := plan.Step{By: by, Do: plan.Copy, Path: r.world.MountPath(file), How: "cp"}
	a, err := r.checkBy(by, s)
	if err != nil || a.Errno != "" {
		return err
	}
	want := r.world.Newest(file)
	if a.Read != want.Size || want.Size >= 2*cell.Size && (len(a.Runs) == 0 || a.Runs[0].Number != want.Number) {
		r.fault("after a refresh the newest is shown", s, a,
			fmt.Sprintf("%d bytes of %v, the origin has %d bytes of version %d", a.Read, a.Runs, want.Size, want.Number))
		return r.cause()
	}
	st, err := r.checkBy(by, plan.Step{Do: plan.Stat, Path: s.Path})
	if err != nil || st.Errno != "" {
		return err
	}
	_, modified := r.world.Told(want)
	if st.Stat.Size != want.Size || !modified.IsZero() && !st.Stat.Mtime.Equal(modified) {
		r.fault("after a refresh the newest is shown", s, st,
			fmt.Sprintf("stat says %+v, the origin has %d bytes of %v", *st.Stat, want.Size, modified))
		return r.cause()
	}
	return nil
}

// checkFree reads every file again, which is complete and confirmed: it costs no
// request. A first reading confirms those that were opened before the program had heard
// of them by the refresh of another folder that shows them.
func (r *runner) checkFree(m *instance) error {
	if r.limited() || !slices.Contains(r.opt.Plan.Setup.Flags, "1h") {
		return nil // not all files fit, or what confirms them is soon too old to
	}
	before := r.world.Origin.Stats().Requests
	if err := r.readAll(m); err != nil || r.world.Origin.Stats().Requests == before {
		return err
	}
	before = r.world.Origin.Stats().Requests
	if err := r.readAll(m); err != nil {
		return err
	}
	if after := r.world.Origin.Stats().Requests; after != before {
		r.fault("a complete and confirmed file costs no request", plan.Step{By: m.workers[0], Do: plan.Copy}, history.Answer{},
			fmt.Sprintf("%d requests: %s", after-before, told(r.world.Origin.Requests(), before)))
		return r.cause()
	}
	return nil
}

// readAll copies every file.
func (r *runner) readAll(m *instance) error {
	return r.eachFile(m, func(by int, file string) error {
		_, err := r.checkBy(by, plan.Step{Do: plan.Copy, Path: r.world.MountPath(file), How: "cp"})
		return err
	})
}

const maxTold = 8 // requests that a finding tells

// told returns what the requests after those that a number counts were, each with the name
// of the origin that tells its mount.
func told(all []fetchtest.Request, after int) string {
	var lines []string
	for _, q := range all {
		if q.Number > after {
			lines = append(lines, fmt.Sprintf("%s %s%s %s -> %d, %d bytes",
				q.Time.UTC().Format("15:04:05.000"), q.Host, q.URI, q.Range, q.Status, q.Sent))
		}
	}
	return strings.Join(lines[:min(len(lines), maxTold)], "; ")
}
