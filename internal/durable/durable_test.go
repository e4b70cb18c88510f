package durable

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// kinds returns a Files that notes the kind of each step and fails the one
// numbered fail, counted from 1.
func kinds(fail int) (f Files, steps *[]string) {
	steps = new([]string)
	return Files{Hook: func(s Step) error {
		*steps = append(*steps, s.Kind+" "+filepath.Base(s.Path))
		if len(*steps) == fail {
			return syscall.ENOSPC
		}
		return nil
	}}, steps
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	f, steps := kinds(0)
	if err := f.Write(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" {
		t.Errorf("the file holds %q", got)
	}
	want := []string{"sync a.tmp", "renamed a", "syncdir " + filepath.Base(dir)}
	if !slices.Equal(*steps, want) {
		t.Errorf("steps are %q, want %q", *steps, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode is %v, %v", info.Mode(), err)
	}
}

// A step that fails shows its own error, whole and alone, and leaves no
// temporary file.
func TestWriteFails(t *testing.T) {
	for fail := 1; fail <= 2; fail++ {
		path := filepath.Join(t.TempDir(), "a")
		f, _ := kinds(fail)
		if err := f.Write(path, []byte("new")); err != syscall.ENOSPC {
			t.Errorf("step %d: %v, want ENOSPC alone", fail, err)
		}
		if _, err := os.Stat(path + ".tmp"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("step %d: the temporary file: %v", fail, err)
		}
	}
	missing := filepath.Join(t.TempDir(), "no folder", "a")
	if err := (Files{}).Write(missing, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in no folder: %v", err)
	}
	folder := filepath.Join(t.TempDir(), "a")
	if err := os.MkdirAll(filepath.Join(folder, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (Files{}).Write(folder, nil); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("over a folder: %v", err)
	}
	if _, err := os.Stat(folder + ".tmp"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("over a folder: the temporary file: %v", err)
	}
}

func TestMakeDir(t *testing.T) {
	dir := t.TempDir()
	f, steps := kinds(0)
	if err := f.MakeDir(filepath.Join(dir, "a", "b")); err != nil {
		t.Fatal(err)
	}
	if err := f.MakeDir(filepath.Join(dir, "a", "b")); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if want := []string{"syncdir " + filepath.Base(dir), "syncdir a"}; !slices.Equal(*steps, want) {
		t.Errorf("steps are %q, want %q", *steps, want)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.MakeDir(filepath.Join(file, "x")); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("below a file: %v", err)
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := (Files{}).Remove(filepath.Join(dir, "missing"), full, file)
	if !errors.Is(err, syscall.ENOTEMPTY) {
		t.Errorf("Remove: %v, want ENOTEMPTY", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what follows a failure stays: %v", err)
	}
}

func TestWriteLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "record")
	for _, text := range []string{"one", "two"} {
		if err := (Files{}).Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != text || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	}
	if err := (Files{}).Write(filepath.Join(dir, "no", "such"), nil); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	if names, err := os.ReadDir(dir); len(names) != 1 || err != nil {
		t.Errorf("%v, %v left behind", names, err)
	}
}
