package runfile

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// A folder that others can write, or a link to anywhere, holds no word on which
// process to signal, and gets none from us.
func TestRunFolderOfOthers(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"open to all": func(dir string) error { return os.Chmod(dir, 0o777) },
		"a link": func(dir string) error {
			return errors.Join(os.Rename(dir, dir+".real"), os.Symlink(dir+".real", dir))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
			run, err := New("/m", "/var/log/m.log")
			if err != nil {
				t.Fatal(err)
			}
			defer run.file.Close()
			server := Find(Path("/m", os.Getenv))
			if server == nil || server.PID != os.Getpid() || server.Log != "/var/log/m.log" {
				t.Fatalf("in a private folder the process found is %v", server)
			}
			server.file.Close()
			if err := spoil(folder(os.Getenv)); err != nil {
				t.Fatal(err)
			}
			if server := Find(Path("/m", os.Getenv)); server != nil {
				t.Error("its word on a process is trusted")
			}
			if _, err := New("/n", ""); !errors.Is(err, errNotPrivate) {
				t.Errorf("a file is made in it: %v", err)
			}
		})
	}
}

// What is not a file of our own is not read, and a pipe not waited for.
func TestOpenPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	real, link, pipe := filepath.Join(dir, "real"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	err := errors.Join(os.WriteFile(real, []byte("1\n"), 0o600), os.Symlink(real, link), unix.Mkfifo(pipe, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{real: nil, link: unix.ELOOP, pipe: errNotPrivate} {
		file, err := openPrivate(path)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if err == nil {
			file.Close()
		}
	}
}

// A process that is not ours gets no signal, whatever a file says.
func TestTerminateSparesOthers(t *testing.T) {
	if !isTunesfs(os.Getpid()) {
		t.Error("this program is not known for what it is")
	}
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		t.Skip("this system does not tell what a process runs")
	}
	other := exec.Command("sleep", strconv.Itoa(60))
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	if (&Process{PID: other.Process.Pid}).Terminate() {
		t.Error("a stranger was told to end")
	}
}
