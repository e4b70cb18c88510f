package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// What a mount may use of the machine, whatever it goes through.
const (
	maxRSS         = 400 << 20 // bytes
	maxDescriptors = 160
	maxThreads     = 120
	maxConnections = 16 + 16 // for files, and for listings
	maxLogLines    = 500     // a round; not with --debug
	quotaSlack     = 1 << 20
)

// checkBounds compares what a mount uses with what it may use.
func (r *runner) checkBounds(m *instance) error {
	u, err := m.mount.Usage()
	if err != nil {
		return err
	}
	stats := r.world.Origin.Stats()
	for _, b := range []struct {
		name     string
		got, max int64
	}{
		{"bytes of memory", u.RSS, maxRSS},
		{"descriptors", int64(u.Descriptors), maxDescriptors},
		{"threads", int64(u.Threads), maxThreads},
		{"connections", int64(stats.ConnsPeak), maxConnections * int64(len(r.mounts))},
		{"lines of log", int64(u.LogLines - m.logLines), maxLogLines},
	} {
		if b.got > b.max && !(r.opt.Debug && b.name == "lines of log") {
			r.report("bounds", m.step(), fmt.Sprintf("%d %s, at most %d", b.got, b.name, b.max))
		}
	}
	m.logLines = u.LogLines
	return errors.Join(r.checkCache(m), r.cause())
}

// checkCache compares the cache with its quota, and its modes with the owner's alone.
func (r *runner) checkCache(m *instance) error {
	var held int64
	err := filepath.WalkDir(m.opt.Cache, func(p string, d fs.DirEntry, err error) error {
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
	may := int64(0)
	for _, other := range r.mounts {
		if other.opt.Cache == m.opt.Cache {
			may += quota
		}
	}
	if slices.Contains(r.opt.Plan.Setup.Flags, "--cache-size") && held > may+quotaSlack {
		r.report("the quota holds", m.step(), fmt.Sprintf("the cache has %d bytes, and may have %d", held, may))
	}
	return err
}

// quota is the cache size of plans that have one, in bytes.
const quota = 6_000_000

// checkEvents compares the events since the start of the round with the downloads. A
// round in which the mount ended has none.
func (r *runner) checkEvents(m *instance) error {
	for end := time.Now().Add(remembered); ; time.Sleep(50 * time.Millisecond) {
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
