package diskcache

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// second opens the folder of d again, as another process would.
func second(t *testing.T, d *Dir) (*Dir, error) {
	t.Helper()
	return Open(d.path, d.opt)
}

// TestOneOwner takes parts of a folder away while it is open, and opens it again.
func TestOneOwner(t *testing.T) {
	for name, test := range map[string]struct {
		away     func(dir string) error
		another  bool // another process can open the folder then
		noticed  int  // how often the first is told of a loss
		recovers error
	}{
		"nothing":           {func(string) error { return nil }, false, 0, nil},
		"the lock":          {func(dir string) error { return os.Remove(filepath.Join(dir, LockName)) }, false, 1, nil},
		"all that is in it": {empty, false, 1, nil},
		"the folder":        {os.RemoveAll, true, 1, fault.ErrDisk},
		"by a rename":       {func(dir string) error { return os.Rename(dir, dir+".aside") }, true, 1, fault.ErrDisk},
	} {
		t.Run(name, func(t *testing.T) {
			noticed := 0
			d := openDir(t, Options{Lost: func() { noticed++ }})
			t.Cleanup(func() { _ = os.RemoveAll(d.path + ".aside") })
			if err := test.away(d.path); err != nil {
				t.Fatal(err)
			}
			other, err := second(t, d)
			if (err == nil) != test.another || err != nil && !errors.Is(err, fault.ErrLocked) {
				t.Fatalf("opened again: %v", err)
			}
			for range 3 {
				if err := d.owned(); !errors.Is(err, test.recovers) {
					t.Errorf("owned: %v, want %v", err, test.recovers)
				}
			}
			if noticed != test.noticed {
				t.Errorf("noticed %d times, want %d", noticed, test.noticed)
			}
			if other == nil {
				return
			}
			if err := other.Close(); err != nil {
				t.Error(err)
			}
			d.owner.tried = time.Time{}
			if err := d.owned(); err != nil || noticed != test.noticed+1 {
				t.Errorf("once the other has closed it: %v, noticed %d times", err, noticed)
			}
			if _, err := second(t, d); !errors.Is(err, fault.ErrLocked) {
				t.Errorf("opened while it is owned again: %v", err)
			}
		})
	}
}

// TestFolderComesBack has the folder go away while no other can be made, and come back:
// it is this process's again.
func TestFolderComesBack(t *testing.T) {
	noticed := 0
	d := openDir(t, Options{Lost: func() { noticed++ }})
	before, aside := d.tenure(), d.path+".aside"
	rename := func(from, to string) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(to), os.Rename(from, to)); err != nil {
			t.Fatal(err)
		}
	}
	rename(d.path, aside)
	if err := os.WriteFile(d.path, nil, 0o600); err != nil { // no folder can be made there
		t.Fatal(err)
	}
	if err := d.owned(); !errors.Is(err, fault.ErrDisk) || noticed != 1 {
		t.Errorf("while it is away: %v, noticed %d times", err, noticed)
	}
	rename(aside, d.path)
	d.owner.tried = time.Time{}
	for range 2 {
		if err := d.owned(); err != nil || noticed != 2 {
			t.Errorf("once it is back: %v, noticed %d times", err, noticed)
		}
	}
	if d.tenure() == before {
		t.Error("the times before and after cannot be told apart")
	}
	if _, err := second(t, d); !errors.Is(err, fault.ErrLocked) {
		t.Errorf("opened while it is owned again: %v", err)
	}
}

// TestLeaseOfTwoFolders has another folder be put in place while the lock file is locked
// again. The locks on a folder and on the file of another one are no lease, and none of
// them stays.
func TestLeaseOfTwoFolders(t *testing.T) {
	d := openDir(t, Options{})
	aside := d.path + ".aside"
	if err := errors.Join(os.Rename(d.path, aside), os.Mkdir(d.path, 0o700)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(aside) })
	if _, err := d.tenure().renewFile(d.opt.Files, d.path); !errors.Is(err, fault.ErrLocked) {
		t.Errorf("renewed: %v", err)
	}
	if err := d.owned(); err != nil {
		t.Errorf("the folder that is there now: %v", err)
	}
}

// empty removes all that is in a folder.
func empty(dir string) error {
	names, err := os.ReadDir(dir)
	for _, n := range names {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, n.Name())))
	}
	return err
}

// TestAnotherOwnersFilesStay has a process whose folder was taken away do all that
// changes a folder: the files of the process that has it now stay.
func TestAnotherOwnersFilesStay(t *testing.T) {
	d := openDir(t, Options{})
	e := d.Entry(NameOf("a"))
	save := func(e *Entry) {
		t.Helper()
		fill(t, e.File(), "bytes")
		e.Lock()
		defer e.Unlock()
		r := heldRecord(5)
		r.State = "paused" // which has a mark
		if err := e.SaveLocked(r, e.current); err != nil {
			t.Fatal(err)
		}
	}
	save(e)
	if err := os.RemoveAll(d.path); err != nil {
		t.Fatal(err)
	}
	other, err := second(t, d)
	if err != nil {
		t.Fatal(err)
	}
	theirs := other.Entry(e.Name)
	save(theirs)
	before := tree(t, d.path)
	e.Lock()
	for _, r := range []Record{heldRecord(3), {State: StateIdle}} {
		if err := fault.Disk(e.SaveLocked(r, e.current)); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("SaveLocked: %v", err)
		}
	}
	err = e.dropDamagedLocked()
	e.DiscardLocked()
	err = errors.Join(err, e.DropLocked(true), d.EndSession())
	e.Unlock()
	if err != nil {
		t.Error(err)
	}
	if err := e.current.Acquire(); !errors.Is(err, fault.ErrDisk) {
		t.Errorf("Acquire: %v", err)
	}
	d.DropOrphan(e.Name)
	d.Scan(t.Context())
	if after := tree(t, d.path); after != before {
		t.Errorf("there are\n%s, were\n%s", after, before)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	d.owner.tried = time.Time{}
	e.Lock()
	defer e.Unlock()
	if err := e.SaveLocked(Record{Key: "a", State: "paused", Held: nil}, e.current); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(e.ActivePath()); err != nil {
		t.Errorf("the mark in the new folder: %v", err)
	}
}

// tree lists the files below a folder, and what is in them.
func tree(t *testing.T, dir string) (list string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		list += path + ": " + string(b) + "\n"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestOpenFilesAreBounded writes to more files than may be open: those that are not in
// use are closed once their bytes are durable, and opened again.
func TestOpenFilesAreBounded(t *testing.T) {
	const limit = 4
	d := openDir(t, Options{MaxOpen: limit})
	var files []*File
	open := func() (n int) {
		for _, f := range files {
			if f.file != nil {
				n++
			}
		}
		return n
	}
	for i := range 20 {
		f := d.Entry(NameOf(string(rune('a' + i)))).File()
		files = append(files, f)
		fill(t, f, "bytes")
		if n := open(); n > limit {
			t.Fatalf("%d files are open", n)
		}
		if f := files[max(i-limit, 0)]; f.file == nil && f.unsynced {
			t.Error("a file was closed before its bytes were durable")
		}
	}
	for _, f := range files[:limit] {
		if err := f.AcquireLong(); err != nil {
			t.Fatal(err)
		}
	}
	if err := files[limit].AcquireLong(); !errors.Is(err, fault.ErrNoSpace) {
		t.Errorf("one too many: %v", err)
	}
	got := make([]byte, 5)
	if err := files[limit].Acquire(); err != nil {
		t.Errorf("for a moment: %v", err)
	} else if _, err := files[limit].ReadAt(got, 0); err != nil || string(got) != "bytes" {
		t.Errorf("read %q, %v", got, err)
	}
	files[limit].Release()
	for _, f := range files[:limit] {
		f.Release()
	}
	for _, f := range files {
		f.Rest()
	}
	if n := open(); n != 0 || d.files.count != 0 || d.files.list.Len() != 0 {
		t.Errorf("%d files are open, %d counted, %d listed", n, d.files.count, d.files.list.Len())
	}
}
