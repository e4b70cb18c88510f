package run

import (
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// checkTold changes a file of which the kernel knows the size. A refresh by hand has to
// show the new size by the name alone: a look into the folder would have the kernel ask.
// The new version then comes by as many redirects as the contract allows, while no other
// fault explains an error.
func (r *runner) checkTold(m *instance, round int) error {
	file := r.changeable(m, round)
	if file == "" {
		return nil
	}
	by, stat := m.workers[0], plan.Step{Do: plan.Stat, Path: r.world.MountPath(file)}
	if a, err := r.checkBy(by, stat); err != nil || a.Errno != "" {
		return err
	}
	r.world.Publish(file, r.world.Newest(file).Size+1)
	if err := r.check(m, plan.Step{Do: plan.Control, Path: folderOf(stat.Path), Verb: "refresh"}); err != nil {
		return err
	}
	if err := r.awaitTold(by, stat, r.world.Newest(file).Size); err != nil {
		return err
	}
	fault := r.checked(plan.Step{}).ID
	if err := r.world.Strike(fault, "redirect9", file, false, 0); err != nil {
		return err
	}
	defer r.world.Heal(fault)
	return r.checkNewest(by, file)
}

// changeable returns a file that the origin has and may change, another in each round, or
// "".
func (r *runner) changeable(m *instance, round int) string {
	all := slices.DeleteFunc(r.current(), func(file string) bool { return path.Dir(file) == plan.Kept })
	if len(all) == 0 {
		return ""
	}
	const apart = 7 // so that rounds meet other folders
	return all[(apart*round+slices.Index(r.mounts, m))%len(all)]
}

// folderOf returns the folder of a path in a mount; "" is the root.
func folderOf(p string) string {
	if dir := path.Dir(p); dir != "." {
		return dir
	}
	return ""
}

// awaitTold waits until a stat shows a size.
func (r *runner) awaitTold(by int, stat plan.Step, size int64) error {
	for end := time.Now().Add(r.wide(putOff)); ; time.Sleep(20 * time.Millisecond) {
		a, err := r.checkBy(by, stat)
		if err != nil || a.Errno != "" || a.Stat.Size == size {
			return err
		}
		if time.Now().After(end) {
			r.fault("after a refresh the newest is shown", stat, a,
				fmt.Sprintf("stat says %d bytes, the origin lists %d", a.Stat.Size, size))
			return r.cause()
		}
	}
}
