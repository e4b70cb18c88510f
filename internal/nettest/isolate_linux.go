package nettest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// inside is set in the environment of a process that has a network of its own.
const inside = "TUNESFS_TEST_NETWORK"

// nameServer is where the name server of such a network is.
const nameServer = "127.0.0.1"

// Isolate runs the test once more, in a process that has a network of its own. There
// it returns the name server. In the process that called it first it returns nil when
// all that is over: the caller returns then. A test that calls it cannot be a subtest.
func Isolate(t *testing.T) *Names {
	t.Helper()
	if os.Getenv(inside) == "" {
		runIsolated(t)
		return nil
	}
	leaveMounts()
	if err := useNameServer(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"route", "add", "local", "0.0.0.0/0", "dev", "lo"},
		{"-6", "route", "add", "local", "::/0", "dev", "lo"},
	} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %q: %v\n%s", args, err, out)
		}
	}
	return serveNames(t, nameServer+":53")
}

// runIsolated runs the test in namespaces of its own.
func runIsolated(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		skip(t, err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$", "-test.v="+strconv.FormatBool(testing.Verbose()))
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// The folders of the namespace are private, or others would see what is mounted.
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Pdeathsig: unix.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Unshareflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	if err := cmd.Run(); errors.Is(err, unix.EPERM) {
		skip(t, err)
	} else if err != nil {
		t.Fatalf("in a network of its own: %v", err)
	}
}

// skip skips a test that cannot have a network of its own, but not in CI.
func skip(t *testing.T, why error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("CI must be able to test this: %v", why)
	}
	t.Skipf("no network of its own can be had: %v", why)
}

// leaveMounts gives up the namespace's copies of mounts: to other tests, which unmount
// theirs, they look like users. Copies that cannot be given up stay.
func leaveMounts() {
	all, _ := mounts.All(nil)
	for _, m := range all {
		_ = unix.Unmount(m.Dir, unix.MNT_DETACH)
	}
}

// useNameServer has every look-up of the namespace ask the name server.
func useNameServer(dir string) error {
	for path, content := range map[string]string{
		"/etc/resolv.conf":   "nameserver " + nameServer + "\noptions timeout:1 attempts:5\n",
		"/etc/nsswitch.conf": "hosts: files dns\n",
	} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		file := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(file, path, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}
