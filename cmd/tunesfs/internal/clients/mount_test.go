//go:build linux

package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// A mountProcess is the real program, and what a script about it needs.
type mountProcess struct {
	cmd  *exec.Cmd
	done chan struct{}
	dir  string // where it is mounted; $M in scripts
	tmp  string // for files of scripts; $T
	log  string
	env  []string
}

// mount mounts an origin, in folders that other users may enter: some programs refuse
// to run as root.
func mount(t *testing.T, o *origin) *mountProcess {
	t.Helper()
	home, err := os.MkdirTemp("", "tunesfs-client-") // a short path, for sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	m := &mountProcess{dir: filepath.Join(home, "M"), tmp: filepath.Join(home, "T"), log: filepath.Join(home, "log"), done: make(chan struct{})}
	for dir, mode := range map[string]os.FileMode{home: 0o755, m.dir: 0o755, m.tmp: 0o777, filepath.Join(home, "run"): 0o700} {
		if err := os.MkdirAll(dir, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	m.env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC", "HOME="+m.tmp, "XDG_RUNTIME_DIR="+filepath.Join(home, "run"),
		"XDG_CACHE_HOME="+m.tmp+"/cache", "XDG_CONFIG_HOME="+m.tmp+"/config", "XDG_DATA_HOME="+m.tmp+"/data",
		"M="+m.dir, "D="+filepath.Join(m.dir, album), "T="+m.tmp, "L="+m.log)
	m.cmd = exec.Command(binary(t), "mount", "index+"+o.URL(""), m.dir, "--allow-other", "--debug", "--log", m.log,
		"--cache-dir", filepath.Join(home, "kept"))
	m.cmd.Env = append(m.env, "XDG_STATE_HOME="+home+"/state")
	m.cmd.Stderr = os.Stderr
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(m.done)
		_ = m.cmd.Wait()
	}()
	t.Cleanup(func() { m.unmount(t) })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := mounts.Await(ctx, func() bool { _, ok := mounted.At(m.dir); return ok }); err != nil {
		t.Fatal(err)
	}
	return m
}

// unmount ends the mount as Ctrl-C does. It may be called again.
func (m *mountProcess) unmount(t *testing.T) {
	t.Helper()
	_ = m.cmd.Process.Signal(os.Interrupt) // or it has ended
	select {
	case <-m.done:
	case <-time.After(20 * time.Second):
		t.Error("the mount does not end")
		_ = m.cmd.Process.Kill()
	}
}

// sh runs a script and returns what it prints.
func (m *mountProcess) sh(t *testing.T, most time.Duration, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	out, err := run(ctx, m.env, m.tmp, script)
	if err != nil {
		t.Errorf("%s\n%v", script, err)
	}
	return out
}

// watch follows the events of the mount. Its function returns when each file was first
// wanted whole, and how many were complete without that: those were fetched ahead.
func (m *mountProcess) watch(t *testing.T) func() (wished map[string]time.Time, ahead int) {
	t.Helper()
	cmd := exec.Command("cat", filepath.Join(m.dir, ".tunesfs", "events"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex // guards wished and complete
	wished, complete := map[string]time.Time{}, map[string]bool{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var event struct{ Path, State string }
			if json.Unmarshal(lines.Bytes(), &event) != nil || event.State == "idle" {
				continue
			}
			mu.Lock()
			switch _, ok := wished[path.Base(event.Path)]; {
			case !ok && event.State == "complete":
				complete[path.Base(event.Path)] = true
			case !ok && !complete[path.Base(event.Path)]:
				wished[path.Base(event.Path)] = time.Now()
			}
			mu.Unlock()
		}
	}()
	return func() (map[string]time.Time, int) {
		_ = cmd.Process.Kill()
		<-ended
		_ = cmd.Wait() // which it was killed for
		return wished, len(complete)
	}
}
