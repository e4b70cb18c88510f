package messages

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/internal/owned"
)

// What another user may have put where a log goes is neither followed, waited for nor
// written to.
func TestLogIsNotPlanted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make what is another user's")
	}
	const other = 4242
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	sticky := filepath.Join(dir, "sticky")
	if err := errors.Join(os.WriteFile(victim, []byte("kept"), 0o600), os.Mkdir(sticky, 0o700), os.Chmod(sticky, 0o777|os.ModeSticky)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		plant func(path string) error
		want  error // nil if it may be the log
	}{
		"nothing":  {func(string) error { return nil }, nil},
		"our file": {func(path string) error { return os.WriteFile(path, nil, 0o600) }, nil},
		"our link": {func(path string) error { return os.Symlink(filepath.Join(dir, "a.log"), path) }, nil},
		"their link": {func(path string) error {
			return errors.Join(os.Symlink(victim, path), os.Lchown(path, other, other))
		}, owned.ErrShared},
		"their file": {func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o666), os.Chown(path, other, other))
		}, owned.ErrShared},
		"a file of all": {func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Chmod(path, 0o666))
		}, owned.ErrShared},
		"a second name": {func(path string) error { return os.Link(victim, path) }, errLinked},
		"a FIFO":        {func(path string) error { return syscall.Mkfifo(path, 0o600) }, errNoLog},
		"a folder":      {func(path string) error { return os.Mkdir(path, 0o700) }, syscall.EISDIR},
		"a loop":        {func(path string) error { return os.Symlink(path, path) }, syscall.ELOOP},
	} {
		path := filepath.Join(sticky, strings.ReplaceAll(name, " ", "-")+".log")
		if err := test.plant(path); err != nil {
			t.Fatal(err)
		}
		file, err := OpenLog(path, "", os.Getenv)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if file != nil {
			_, _ = file.WriteString("a line\n")
			file.Close()
		}
	}
	if text, err := os.ReadFile(victim); string(text) != "kept" || err != nil {
		t.Errorf("the file that they lead to holds %q, %v", text, err)
	}
}

// /dev/null, by any name, and a terminal may be a log.
func TestLogToADevice(t *testing.T) {
	link := filepath.Join(t.TempDir(), "null")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{os.DevNull: nil, link: nil, "/dev/zero": errNoLog} {
		file, err := OpenLog(path, "", os.Getenv)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if file != nil {
			file.Close()
		}
	}
}

// The usual log is not made in a folder that another user can change.
func TestUsualLogFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"XDG_STATE_HOME": dir}[name] }
	if _, err := OpenLog("", "demo", getenv); !errors.Is(err, owned.ErrShared) || !strings.Contains(err.Error(), "chmod go-w "+dir) {
		t.Errorf("%v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "tunesfs")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made in it: %v", err)
	}
}
