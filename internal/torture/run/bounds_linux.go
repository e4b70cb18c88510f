package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/mount"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// What a mount may use of the machine, whatever it goes through.
const (
	maxRSS         = 128 << 20 // bytes
	maxThreads     = 64
	maxDescriptors = 160
	// maxResting is maxDescriptors where nothing is open.
	maxResting   = 64
	maxCalls     = 16  // connections for listings
	maxClosing   = 8   // connections that the program has closed, of which the origin has not heard yet
	maxRedirects = 10  // in a row
	maxLogLines  = 200 // a round; not with --debug
	quotaSlack   = 1 << 20
)

// raced is how much more memory a program with the race detector may use.
const raced = 8

// A bound is what is used of something.
type bound struct {
	name     string
	got, max int64
}

// checkUse compares what a mount uses with what it may use at any time.
func (r *runner) checkUse(m *instance, u mount.Usage) {
	memory := int64(maxRSS)
	if r.opt.Race {
		memory *= raced
	}
	r.compare(m, bound{"bytes of memory", u.RSS, memory}, bound{"descriptors", int64(u.Descriptors), maxDescriptors},
		bound{"threads", int64(u.Threads), maxThreads},
		bound{"connections", int64(r.world.Origin.Stats().ConnsPeak), int64((r.connections() + maxCalls + maxClosing) * len(r.mounts))},
		bound{"redirects in a row", int64(r.world.Hops()), maxRedirects})
}

func (r *runner) compare(m *instance, bounds ...bound) {
	for _, b := range bounds {
		if b.got > b.max {
			r.report("bounds", m.step(), fmt.Sprintf("%d %s, at most %d", b.got, b.name, b.max))
		}
	}
}

// checkBounds compares what a mount uses in a quiet time with what it may use.
func (r *runner) checkBounds(m *instance) error {
	u, err := m.mount.Usage()
	if err != nil {
		return err
	}
	r.checkUse(m, u)
	r.compare(m, bound{"descriptors though nothing is open", int64(u.Descriptors), maxResting})
	if !r.opt.Debug {
		r.compare(m, bound{"lines of log", int64(u.LogLines - m.logLines), maxLogLines})
	}
	m.logLines = u.LogLines
	return errors.Join(r.checkCache(m), r.cause())
}

// watchEvery is how often the bounds are looked at beside the steps of a round.
const watchEvery = 250 * time.Millisecond

// watch looks at the bounds of all mounts until done is closed. A mount may end then.
func (r *runner) watch(done <-chan struct{}) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-r.ctx.Done():
			return
		case <-tick.C:
		}
		for _, m := range r.mounts {
			r.mu.Lock()
			now := m.mount
			r.mu.Unlock()
			if u, err := now.Usage(); err == nil {
				r.checkUse(m, u)
			}
			_, _ = r.sizeCache(m) // which another program may just empty
		}
	}
}

// connections returns how many connections a mount may have for files.
func (r *runner) connections() int {
	flags := r.opt.Plan.Setup.Flags
	if i := slices.Index(flags, "--connections"); i >= 0 {
		n, _ := strconv.Atoi(flags[i+1]) // which the program has read, too
		return n
	}
	if r.opt.Plan.Setup.Service == "archive" {
		return 3
	}
	return 16
}

// sizeCache returns how many bytes a cache takes, and compares its modes with the owner's
// alone.
func (r *runner) sizeCache(m *instance) (held int64, err error) {
	err = filepath.WalkDir(m.opt.Cache, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || p == m.opt.Cache {
			return nil // it was deleted a moment ago
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 && info.Mode()&os.ModeSymlink == 0 {
			r.report("modes", m.step(), fmt.Sprintf("%s has mode %v", p, info.Mode()))
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && !d.IsDir() {
			held += st.Blocks * 512
		}
		return nil
	})
	return held, err
}

// checkCache compares a cache with its quota, in a quiet time: of a program that was
// killed files may be left for a moment.
func (r *runner) checkCache(m *instance) error {
	held, err := r.sizeCache(m)
	may := int64(0)
	for _, other := range r.mounts {
		if other.opt.Cache == m.opt.Cache {
			may += quota
		}
	}
	if slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") && held > may+quotaSlack && !r.cache.troubled() {
		r.report("the quota holds", m.step(), fmt.Sprintf("the cache has %d bytes, and may have %d", held, may))
	}
	return err
}

// quota is the cache size of plans that have one, in bytes.
const quota = 6_000_000

// checkEvents compares the events since the start of the round with the downloads. A
// round in which the mount ended has none.
func (r *runner) checkEvents(m *instance) error {
	for end := time.Now().Add(r.wide(remembered)); ; time.Sleep(50 * time.Millisecond) {
		events, err := r.checkBy(m.workers[0], plan.Step{Do: plan.Followed})
		if err != nil || events.Skipped || events.Errno != "" {
			return err
		}
		downs, err := r.checkBy(m.workers[0], plan.Step{Do: plan.Downs})
		if err != nil || downs.Errno != "" {
			return err
		}
		differ := oracle.Replay(events.Text, downs.Text)
		if differ == "" {
			return nil
		}
		if time.Now().After(end) {
			r.fault("events lead to the same state", plan.Step{By: m.workers[0], Do: plan.Followed}, history.Answer{}, differ)
			return r.cause()
		}
	}
}

// follows reports whether a round can be followed by one stream of a mount's events.
func (r *runner) follows(m *instance, round int) bool {
	return !slices.ContainsFunc(r.opt.Plan.Of(plan.World, round), func(s plan.Step) bool {
		return s.Do == plan.Pull || r.mounts[s.Mount] == m && (s.Do == plan.Kill || s.Do == plan.Unmount)
	})
}
