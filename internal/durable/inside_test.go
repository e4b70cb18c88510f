package durable

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// What another user may have put in a folder is neither followed nor waited for, and
// what it leads to stays.
func TestPlanted(t *testing.T) {
	const kept = "kept"
	outside := t.TempDir()
	victim := filepath.Join(outside, "victim")
	for name, plant := range map[string]func(path string) error{
		"link":            func(path string) error { return os.Symlink(victim, path) },
		"dangling link":   func(path string) error { return os.Symlink(filepath.Join(outside, "missing"), path) },
		"link to a FIFO":  func(path string) error { return os.Symlink(filepath.Join(outside, "fifo"), path) },
		"link to nowhere": func(path string) error { return os.Symlink("/dev/null", path) },
		"FIFO":            func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"file of all": func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Chmod(path, 0o666))
		},
	} {
		base := t.TempDir()
		f := Files{Base: base}
		path := filepath.Join(base, "ab", "file")
		if err := errors.Join(os.WriteFile(victim, []byte(kept), 0o600), os.Mkdir(filepath.Dir(path), 0o700), plant(path), plant(path+Unfinished)); err != nil {
			t.Fatal(err)
		}
		if name == "link to a FIFO" {
			if err := syscall.Mkfifo(filepath.Join(outside, "fifo"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for flag, word := range map[int]string{os.O_RDONLY: "reading", os.O_RDWR: "writing"} {
			if _, err := f.Open(path, flag); !errors.Is(err, ErrNotRegular) && !errors.Is(err, syscall.ELOOP) {
				t.Errorf("%s: %s: %v", name, word, err)
			}
		}
		if _, err := f.Create(path); !errors.Is(err, os.ErrExist) {
			t.Errorf("%s: making: %v", name, err)
		}
		if err := f.Touch(path, time.Unix(1, 0)); !errors.Is(err, ErrNotRegular) && !errors.Is(err, syscall.ELOOP) {
			t.Errorf("%s: Touch: %v", name, err)
		}
		if err := f.Write(path, []byte("new")); err != nil {
			t.Errorf("%s: Write: %v", name, err)
		}
		if b, err := f.ReadFile(path, 9); string(b) != "new" || err != nil {
			t.Errorf("%s: then it holds %q, %v", name, b, err)
		}
		if err := f.Touch(path, time.Unix(1, 0)); err != nil {
			t.Errorf("%s: Touch: %v", name, err)
		} else if info, err := os.Lstat(path); err != nil || !info.ModTime().Equal(time.Unix(1, 0)) {
			t.Errorf("%s: then it was changed %v, %v", name, info.ModTime(), err)
		}
		if info, err := os.Stat(victim); err != nil || info.ModTime().Equal(time.Unix(1, 0)) {
			t.Errorf("%s: Touch changed the file that it leads to: %v", name, err)
		}
		if got := read(t, victim); got != kept {
			t.Errorf("%s: the file that it leads to holds %q", name, got)
		}
		if _, err := os.Lstat(filepath.Join(outside, "missing")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a file was made outside: %v", name, err)
		}
		_ = os.Remove(filepath.Join(outside, "fifo"))
	}
}

// A folder below the base that is a link, or that others can change, is not used.
func TestPlantedFolder(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "file"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, plant := range map[string]func(path string) error{
		"link":   func(path string) error { return os.Symlink(outside, path) },
		"file":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"FIFO":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"of all": func(path string) error { return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, 0o777)) },
	} {
		base := t.TempDir()
		f := Files{Base: base}
		path := filepath.Join(base, "ab", "file")
		if err := plant(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(path, []byte("new")); err == nil {
			t.Errorf("%s: Write went through it", name)
		}
		if err := f.Remove(path); err == nil {
			t.Errorf("%s: Remove went through it", name)
		}
		if _, err := f.Open(path, os.O_RDWR); err == nil {
			t.Errorf("%s: Open went through it", name)
		}
		if _, err := f.ReadDir(filepath.Dir(path)); err == nil {
			t.Errorf("%s: ReadDir went through it", name)
		}
		if err := f.Touch(path, time.Unix(1, 0)); err == nil {
			t.Errorf("%s: Touch went through it", name)
		}
	}
	if got := read(t, filepath.Join(outside, "file")); got != "kept" {
		t.Errorf("the file outside holds %q", got)
	}
	// The base itself may be a link.
	link := filepath.Join(t.TempDir(), "base")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	f := Files{Base: link}
	if err := errors.Join(f.MakeDir(filepath.Join(link, "ab")), f.Write(filepath.Join(link, "ab", "file"), nil)); err != nil {
		t.Errorf("below a base that is a link: %v", err)
	}
}

// A file of another user's is not used.
func TestForeign(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a file of another user's")
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.WriteFile(path, []byte("theirs"), 0o600), os.Chown(path, 4242, 4242)); err != nil {
		t.Fatal(err)
	}
	if _, err := (Files{}).Open(path, os.O_RDONLY); !errors.Is(err, ErrNotRegular) {
		t.Errorf("Open: %v", err)
	}
}

// A file system that knows no fsync of folders does not fail a write.
func TestCannotSync(t *testing.T) {
	for err, want := range map[error]bool{
		syscall.EINVAL: true, syscall.ENOTSUP: true, syscall.ENOSYS: true, syscall.EIO: false, syscall.ENOSPC: false,
	} {
		if got := cannotSync(&os.PathError{Op: "sync", Err: err}); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
	if cannotSync(nil) {
		t.Error("no error")
	}
}
