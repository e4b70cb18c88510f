//go:build linux

package clients

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/layout"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A result is what a program cost.
type result struct {
	needed, moved int64
	files         int           // that it opened
	left          int           // downloads of files that it did not read to their end
	wanted        int           // files that were wanted whole
	ahead         int           // files that were complete without that: fetched ahead
	after         time.Duration // until that was so after the first byte beyond the structure; the longest
	handles       []*handle
}

// settles is how long a mount may go on fetching before the downloads that go on count.
const settles = 2 * time.Second

// measure has a program work on a mount that holds nothing.
func measure(t *testing.T, p *program) (res result) {
	t.Helper()
	o := newOrigin(t)
	m := mount(t, o)
	m.sh(t, time.Minute, `ls -l "$D" >/dev/null`)
	said := m.watch(t)
	m.sh(t, p.limit(), p.script)
	ctx, cancel := context.WithTimeout(t.Context(), settles)
	defer cancel()
	_ = o.WaitIdle(ctx) // else a download goes on, which is counted
	states := strings.Fields(m.sh(t, time.Minute, `for f in "$D"/*.*; do case $f in *.pause|*.cancel|*.progress|*.resume) ;; *)
		getfattr --only-values -n user.tunesfs.state "$f"; echo;; esac; done`))
	res.moved = o.moved()
	m.unmount(t)
	log, err := os.Open(m.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if res.handles, err = parseLog(log); err != nil {
		t.Fatal(err)
	}
	sets := wanted(res.handles, o.sizes)
	res.files = opened(res.handles)
	for i, r := range recordings {
		res.needed += sets[r.name].Len()
		if states[i] != "idle" && sets[r.name].Len() < o.sizes[r.name] {
			res.left++
		}
	}
	wished, ahead := said()
	res.ahead = ahead
	res.timeWishes(t, wished, func(name string) ranges.Set { return structure(t, name, o.sizes[name]) })
	return res
}

// timeWishes notes how long it took until each file was wanted whole.
func (res *result) timeWishes(t *testing.T, wished map[string]time.Time, structure func(name string) ranges.Set) {
	for name, at := range wished {
		var began time.Time // of the handle that was the last to go on, for programs look before they play
		for _, h := range res.handles {
			if b, ok := h.beyond(structure(name), at); ok && h.name == name && b.After(began) {
				began = b
			}
		}
		res.wanted++
		if !began.IsZero() {
			t.Logf("%s is wanted after %v", name, at.Sub(began))
			res.after = max(res.after, at.Sub(began))
		}
	}
}

// head and tail are how much of a file's start and end counts as structure: programs look
// there for the kind of the file, and for tags.
const head, tail = 4 << 10, 64 << 10

// structure returns the structure of a recording.
func structure(t *testing.T, name string, size int64) ranges.Set {
	t.Helper()
	file, err := os.Open(filepath.Join(library(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return structureOf(file, size)
}

// structureOf returns the structure of a file of which all is held.
func structureOf(file io.ReaderAt, size int64) ranges.Set {
	return layout.Of("", file, size).Structure.Add(ranges.Range{Start: 0, End: min(head, size/8)}).
		Add(ranges.Range{Start: size - min(tail, size/8), End: size})
}

// run runs a script in a process group of its own, none of which is left.
func run(ctx context.Context, env []string, dir, script string) (string, error) {
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, "bash", "-euc", script)
	cmd.Env, cmd.Dir = env, dir
	cmd.Stdout, cmd.Stderr = &out, &complaints
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 3 * time.Second
	err := cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // of those that it left in the background
	}
	if err != nil {
		err = fmt.Errorf("%w: %s%s", err, out.Bytes(), complaints.Bytes())
	}
	return out.String(), err
}
