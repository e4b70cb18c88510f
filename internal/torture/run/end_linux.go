package run

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// dumpEvery is the part of the seeds that end by a dump of all stacks.
const dumpEvery = 4

// end ends all mounts and looks at what the program left: goroutines, in some seeds, or a
// clean end, and no connection.
func (r *runner) end() error {
	for i, m := range r.mounts {
		if err := r.checkLog(m); err != nil {
			return err
		}
		if r.opt.Plan.Setup.Seed%dumpEvery == 1 {
			if err := r.checkStacks(m); err != nil {
				return err
			}
			continue
		}
		s := plan.Step{By: plan.World, Do: plan.Unmount, Mount: i}
		if err := m.mount.Unmount(""); err != nil {
			r.report("unmounting ends well", s, err.Error())
		}
		if err := r.checkLog(m); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.ctx, hangUp)
	defer cancel()
	if err := r.world.Origin.WaitConnsClosed(ctx); err != nil {
		r.report("bounds", r.mounts[0].step(), fmt.Sprintf("%d connections after the end", r.world.Origin.Stats().ConnsOpen))
	}
	return nil
}

// hangUp is how long connections may be open after the program has ended. A last word
// that the link lost is found out by the probes of the origin's system: after 15 s of
// silence, and again 15 s later.
const hangUp = 40 * time.Second

// checkStacks has a mount end by writing all its stacks to its log, and counts them.
func (r *runner) checkStacks(m *instance) error {
	before, err := os.ReadFile(m.opt.Log)
	if err != nil {
		return err
	}
	if m.mount.Dump(); m.mount.Alive() {
		r.report("bounds", m.step(), "no stacks")
		return nil
	}
	after, err := os.ReadFile(m.opt.Log)
	if err != nil {
		return err
	}
	counts := goroutines(string(after[min(len(before), len(after)):]))
	if len(counts) == 0 {
		return fmt.Errorf("%s has no stacks", m.opt.Log)
	}
	if text := tooMany(counts); text != "" {
		r.report("bounds", m.step(), text)
	}
	return nil
}

// checkLog looks for what no log may have.
func (r *runner) checkLog(m *instance) error {
	log, err := os.ReadFile(m.opt.Log)
	if err != nil {
		return err
	}
	for _, bad := range []string{"panic:", "fatal error:", "DATA RACE", "goroutine "} {
		if i := bytes.Index(log, []byte(bad)); i >= 0 {
			r.report("the log is calm", m.step(), fmt.Sprintf("%.3000s", log[i:]))
			break
		}
	}
	return nil
}
