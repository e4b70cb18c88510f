package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// A folder of a run's own is named as the table of mounts names it, and goes with all
// that is in it, but not with what is mounted there.
func TestOwnFolder(t *testing.T) {
	real := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", link)
	f, err := newOwnFolder("tunesfs-test-")
	if err != nil {
		t.Fatal(err)
	}
	if parent, err := filepath.EvalSymlinks(real); filepath.Dir(f.path) != parent {
		t.Errorf("it is in %s, not in %s: %v", f.path, parent, err)
	}
	for _, name := range []string{"log", "music/track"} { // a folder that is not empty is as a mount
		if err := os.WriteFile(filepath.Join(f.path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.remove(); err == nil {
		t.Error("a mount is removed")
	}
	if _, err := os.Stat(filepath.Join(f.point(), "track")); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(f.point(), "track")); err != nil {
		t.Fatal(err)
	}
	if err := f.remove(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(real); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

// Processes that make their folders at the same time do not remove each other's.
func TestOwnFoldersAtOnce(t *testing.T) {
	parent := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", parent)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				f, err := newOwnFolder("tunesfs-test-")
				if err == nil {
					_, err = os.Stat(f.point())
				}
				if err == nil {
					err = f.remove()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

// A folder of a process that was killed goes when the next is made, but not what a link of
// such a name leads to, and not the folder of a process that lives.
func TestOwnFolderLeft(t *testing.T) {
	parent, other := t.TempDir(), t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", parent)
	made := func() ownFolder {
		t.Helper()
		f, err := newOwnFolder("tunesfs-test-")
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	killed, alive := made(), made()
	killed.lock.Close()                                  // as the system does
	early := filepath.Join(parent, "tunesfs-test-early") // of one that was killed before it made its mount point
	if err := os.Mkdir(early, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "music"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(parent, "tunesfs-test-link")); err != nil {
		t.Fatal(err)
	}
	next := made()
	for path, want := range map[string]bool{killed.path: false, early: false, alive.path: true, next.path: true, filepath.Join(other, "music"): true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v", path, err == nil)
		}
	}
	for _, f := range []ownFolder{alive, next} {
		if err := f.remove(); err != nil {
			t.Error(err)
		}
	}
}
