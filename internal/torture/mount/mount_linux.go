// Package mount owns the program under test as a process: it mounts, ends it in
// every way, and measures it from outside.
//
// It must never touch what is mounted, which may hang. Everything is in
// mount_linux.go and usage_linux.go.
package mount

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Options say what is mounted where.
type Options struct {
	Binary string
	Source string
	Dir    string
	Cache  string
	Log    string
	Flags  []string
	Env    []string
	User   bool // an ordinary user mounts
}

// startTimeout is how long a mount may take to be there.
const startTimeout = 40 * time.Second

// A Mount is one process that serves the mount, from its start to its end.
type Mount struct {
	opt   Options
	cmd   *exec.Cmd
	ended chan struct{} // closed once the process has ended
	err   error         // of its end; set before ended is closed
}

// Start starts the program and waits until the mount is there.
func Start(ctx context.Context, opt Options) (*Mount, error) {
	args := append([]string{"mount", opt.Source, opt.Dir, "--cache-dir", opt.Cache, "--log", opt.Log}, opt.Flags...)
	m := &Mount{opt: opt, cmd: exec.CommandContext(ctx, opt.Binary, args...), ended: make(chan struct{})}
	m.cmd.Env = opt.Env
	// What it prints beside the log, as the stacks of a panic, goes there too.
	log, err := os.OpenFile(opt.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	m.cmd.Stdout, m.cmd.Stderr = log, log
	if opt.User {
		if err := log.Chown(int(Nobody.Uid), int(Nobody.Gid)); err != nil {
			return nil, err
		}
		m.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: Nobody}
	}
	if err := m.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		m.err = m.cmd.Wait()
		close(m.ended)
	}()
	return m, m.awaitMounted()
}

// Nobody is an ordinary user.
var Nobody = &syscall.Credential{Uid: 65534, Gid: 65534}

func (m *Mount) awaitMounted() error {
	for end := time.Now().Add(startTimeout); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if Mounted(m.opt.Dir) {
			return m.awaitAnswer()
		}
		if !m.Alive() {
			return fmt.Errorf("the mount ended at its start: %w", m.err)
		}
	}
	return errors.Join(m.Kill(), errors.New("the mount is not there after 40 s"))
}

// awaitAnswer has another process look at the mount: it is there before it answers.
func (m *Mount) awaitAnswer() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "stat", "-f", m.opt.Dir)
	if m.opt.User {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: Nobody}
	}
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil && m.Alive() {
		return errors.Join(m.Kill(), fmt.Errorf("the mount does not answer: %w: %s", err, out))
	}
	return nil
}

// Mounted reports whether something is mounted at a folder.
func Mounted(dir string) bool {
	table, err := os.ReadFile("/proc/self/mountinfo")
	return err == nil && strings.Contains(string(table), " "+dir+" ")
}

// Alive reports whether the process runs.
func (m *Mount) Alive() bool {
	select {
	case <-m.ended:
		return false
	default:
		return true
	}
}

// killTimeout is how long a killed process may take to be gone.
const killTimeout = 5 * time.Second

// ErrStuck is the error of a process that is not gone once it was killed, for a thread
// of it waits in the kernel for users of the mount, who wait for the process.
var ErrStuck = errors.New("a killed process and the users of its mount wait for each other")

// Kill ends the process at once, by SIGKILL, and takes the dead mount away. After
// ErrStuck all is gone, too, but by force.
func (m *Mount) Kill() error {
	_ = m.cmd.Process.Kill()
	defer detach(m.opt.Dir)
	select {
	case <-m.ended:
		return nil
	case <-time.After(killTimeout):
	}
	_ = unix.Unmount(m.opt.Dir, unix.MNT_FORCE) // which fails, but ends all waits
	<-m.ended
	return ErrStuck
}

// detach unmounts what is left of a mount.
func detach(dir string) {
	for Mounted(dir) {
		if unix.Unmount(dir, unix.MNT_DETACH) != nil {
			return
		}
	}
}

// exitTimeout is how long the process may take to end once it is told to.
const exitTimeout = 75 * time.Second

// ErrNoEnd is the error of a process that does not end.
var ErrNoEnd = errors.New("the process did not end")

// Unmount ends the mount: by the program's own command, by umount -l or -f, or by
// SIGTERM. The error says that the process did not end, or ended in an error.
func (m *Mount) Unmount(how string) error {
	switch how {
	case "lazy":
		_ = unix.Unmount(m.opt.Dir, unix.MNT_DETACH)
	case "force":
		if unix.Unmount(m.opt.Dir, unix.MNT_FORCE) != nil { // it is in use
			_ = unix.Unmount(m.opt.Dir, unix.MNT_DETACH)
		}
	case "signal":
		_ = m.cmd.Process.Signal(unix.SIGTERM)
	default:
		cmd := exec.Command(m.opt.Binary, "unmount", m.opt.Dir)
		cmd.Env = m.opt.Env
		if out, err := cmd.CombinedOutput(); err != nil {
			return errors.Join(m.Kill(), fmt.Errorf("unmount: %w: %.300s", err, out))
		}
	}
	defer detach(m.opt.Dir)
	select {
	case <-m.ended:
		if m.err != nil {
			return fmt.Errorf("after %s: %w", how, m.err)
		}
		return nil
	case <-time.After(exitTimeout):
		m.Dump()
		return errors.Join(m.Kill(), fmt.Errorf("after %s: %w", how, ErrNoEnd))
	}
}

// Stop halts the process for a while.
func (m *Mount) Stop(d time.Duration) {
	_ = m.cmd.Process.Signal(unix.SIGSTOP)
	time.Sleep(d)
	_ = m.cmd.Process.Signal(unix.SIGCONT)
}

// Dump has the process write its stacks to its log, which ends it.
func (m *Mount) Dump() {
	_ = m.cmd.Process.Signal(unix.SIGQUIT)
	select {
	case <-m.ended:
	case <-time.After(2 * time.Second):
	}
}
