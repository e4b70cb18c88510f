package run

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// quiet is how long a mount may take until nothing is under way any more.
const quiet = 60 * time.Second

// checkpoint ends all faults, refreshes every folder by hand, waits until nothing is
// under way, and compares all that is shown with what the origin has. followed says
// that events were followed since the start of the round.
func (r *runner) checkpoint(followed bool) error {
	r.world.Heal(-1)
	if err := r.setLink(); err != nil {
		return err
	}
	folders := r.folders()
	verb := "resume"
	if slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") {
		verb = "cancel" // what failed for want of space keeps what it has, so others fail, too
	}
	if err := r.check(plan.Step{Do: plan.Control, Verb: verb}); err != nil {
		return err
	}
	if err := r.check(plan.Step{Do: plan.Settle}); err != nil {
		return err
	}
	since := time.Now().Truncate(time.Second).Add(time.Second)
	time.Sleep(time.Until(since))
	for _, f := range folders {
		if err := r.refresh(f, since); err != nil {
			return err
		}
		if err := r.checkListing(f); err != nil {
			return err
		}
	}
	if err := r.awaitQuiet(); err != nil {
		return err
	}
	if followed {
		if err := r.checkEvents(); err != nil {
			return err
		}
	}
	if err := r.checkBounds(); err != nil {
		return err
	}
	if err := r.checkFiles(); err != nil {
		return err
	}
	if slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") {
		return nil // not all files fit
	}
	return r.checkFree()
}

// putOff is how long a folder may fail to be refreshed after all faults: a catalog may
// have asked for fewer calls, and the program may remember that it could not be reached.
const putOff = 15 * time.Second

// refresh refreshes a folder by hand, until the catalog has answered. The attribute
// that says when has whole seconds, so since has to be the start of one.
func (r *runner) refresh(folder string, since time.Time) error {
	for end := time.Now().Add(putOff); ; time.Sleep(100 * time.Millisecond) {
		if err := r.check(plan.Step{Do: plan.Control, Path: folder, Verb: "refresh"}); err != nil {
			return err
		}
		if err := r.check(plan.Step{Do: plan.List, Path: folder}); err != nil {
			return err
		}
		s := r.checked(plan.Step{Do: plan.Get, Path: folder, Name: "user.tunesfs.listed"})
		a, err := r.do(0, s)
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

// folders returns the folders of the origin, each after the one that it is in.
func (r *runner) folders() []string {
	all := []string{""}
	for _, p := range r.world.Paths() {
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			if !slices.Contains(all, dir) {
				all = append(all, dir)
			}
		}
	}
	slices.Sort(all)
	return all
}

// checked returns a step with an ID of its own.
func (r *runner) checked(s plan.Step) plan.Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.ID = r.next
	r.next++
	return s
}

// check has the first worker carry out a step that must succeed.
func (r *runner) check(s plan.Step) error {
	_, err := r.checkBy(0, s)
	return err
}

// remembered is how long a failed download may keep its error: it tries again after a
// short back-off.
const remembered = 3 * time.Second

// checkBy has a worker carry out a step that must succeed, at last.
func (r *runner) checkBy(by int, s plan.Step) (a history.Answer, err error) {
	for end := time.Now().Add(remembered); ; time.Sleep(100 * time.Millisecond) {
		s = r.checked(s)
		s.By = by
		a, err = r.do(by, s)
		if err != nil || a.Errno == "" || time.Now().After(end) {
			break
		}
	}
	if err == nil && a.Errno != "" {
		r.fault("all is well in a quiet time", s, a, a.Call+" fails with "+a.Errno)
		err = r.cause()
	}
	return a, err
}

// fault reports an answer that is not what a quiet time wants.
func (r *runner) fault(rule string, s plan.Step, a history.Answer, text string) {
	r.oracle.Report(oracle.Finding{Rule: rule, Event: history.Event{At: r.now(), Kind: history.Ended, Step: s, Answer: a}, Text: text})
	r.stopIfFound()
}

// cause returns why the run is to end, nil if it goes on.
func (r *runner) cause() error { return context.Cause(r.ctx) }

// checkListing compares a folder that was just refreshed with the ledger.
func (r *runner) checkListing(folder string) error {
	a, err := r.checkBy(0, plan.Step{Do: plan.List, Path: folder})
	if err != nil || a.Errno != "" {
		return err
	}
	_, want := r.world.Children(folder)
	var got []string
	for _, e := range a.Entries {
		if !e.Dir && oracle.Track(e.Name) {
			got = append(got, e.Name)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.fault("after a refresh all is listed", plan.Step{Do: plan.List, Path: folder}, a,
			fmt.Sprintf("listed %q, the origin has %q", got, want))
		return r.cause()
	}
	return nil
}

// awaitQuiet waits until no download is under way and no request is answered.
func (r *runner) awaitQuiet() error {
	for end := time.Now().Add(quiet); ; time.Sleep(20 * time.Millisecond) {
		a, err := r.checkBy(0, plan.Step{Do: plan.Downs})
		if err != nil {
			return err
		}
		active := r.world.Origin.Stats().Active
		moving := strings.Contains(a.Text, `"downloading"`) || strings.Contains(a.Text, `"queued"`)
		if active == 0 && !moving {
			return nil
		}
		if time.Now().After(end) {
			r.fault("it becomes quiet", plan.Step{Do: plan.Downs}, a,
				fmt.Sprintf("after %v: %d requests, downloads %s", quiet, active, a.Text))
			return r.cause()
		}
	}
}

// current returns the files that the origin lists and serves.
func (r *runner) current() []string {
	var all []string
	for _, p := range r.world.Paths() {
		_, isListed := r.world.Listed(p, r.now(), r.now())
		_, isServed := r.world.Served(p, r.now(), r.now())
		if isListed && isServed {
			all = append(all, p)
		}
	}
	return all
}

// eachFile has the workers share out what is to be done for every file.
func (r *runner) eachFile(do func(by int, file string) error) error {
	var group errgroup.Group
	files := make(chan string)
	together := len(r.workers)
	if slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") {
		together = 1 // or what one reads may not fit beside what others read
	}
	for by := range together {
		group.Go(func() error {
			for f := range files {
				if err := do(by, f); err != nil {
					for range files { // or the sender would wait
					}
					return err
				}
			}
			return nil
		})
	}
	for _, f := range r.current() {
		files <- f
	}
	close(files)
	return group.Wait()
}

// checkFiles opens every file once: it has to be the newest.
func (r *runner) checkFiles() error {
	return r.eachFile(func(by int, file string) error {
		s := plan.Step{Do: plan.Copy, Path: file, How: "cp"}
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
		st, err := r.checkBy(by, plan.Step{Do: plan.Stat, Path: file})
		if err != nil || st.Errno != "" {
			return err
		}
		if st.Stat.Size != want.Size || !st.Stat.Mtime.Equal(want.Modified) {
			r.fault("after a refresh the newest is shown", s, st,
				fmt.Sprintf("stat says %+v, the origin has %d bytes of %v", *st.Stat, want.Size, want.Modified))
			return r.cause()
		}
		return nil
	})
}

// checkFree reads every file again, which is complete and confirmed: it costs no
// request.
func (r *runner) checkFree() error {
	if err := r.awaitQuiet(); err != nil {
		return err
	}
	before := r.world.Origin.Stats().Requests
	err := r.eachFile(func(by int, file string) error {
		_, err := r.checkBy(by, plan.Step{Do: plan.Copy, Path: file, How: "cp"})
		return err
	})
	if err != nil {
		return err
	}
	if after := r.world.Origin.Stats().Requests; after != before {
		all := r.world.Origin.Requests()
		r.fault("a complete and confirmed file costs no request", plan.Step{Do: plan.Copy}, history.Answer{},
			fmt.Sprintf("%d requests, the last for %s %s", after-before, all[len(all)-1].URI, all[len(all)-1].Range))
		return r.cause()
	}
	return nil
}
