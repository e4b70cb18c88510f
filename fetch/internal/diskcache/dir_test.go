package diskcache

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// openDir opens a new folder, in which the entries of names are in use.
func openDir(t *testing.T, opt Options, inUse ...string) *Dir {
	t.Helper()
	opt.Logger = slog.New(slog.DiscardHandler)
	opt.InUse = func(name string) bool { return len(inUse) > 0 && name == inUse[0] }
	opt.Evict = func(string, string) int64 { return 0 }
	opt.Loaded = func(string) *Entry { return nil }
	d, err := Open(t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// TestRoomEndsWithItsCaller waits for room while another call makes it, for a
// caller that goes.
func TestRoomEndsWithItsCaller(t *testing.T) {
	d := openDir(t, Options{MaxBytes: 10})
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	d.making <- struct{}{}
	time.AfterFunc(10*time.Millisecond, func() { cancel(gone) })
	if err := d.MakeSpace(ctx, 20, nil); !errors.Is(err, gone) {
		t.Errorf("while another makes room: %v", err)
	}
	<-d.making
}

// TestRoomIsReserved makes room for bytes that are being written: no other call counts
// on it.
func TestRoomIsReserved(t *testing.T) {
	d := openDir(t, Options{MaxBytes: 100})
	for _, step := range []struct {
		n    int64
		full bool
	}{{60, false}, {60, true}, {40, false}, {1, true}} {
		err := d.MakeSpace(t.Context(), step.n, nil)
		if errors.Is(err, fault.ErrNoSpace) != step.full {
			t.Errorf("room for %d: %v", step.n, err)
		}
	}
	d.Release(60)
	if err := d.MakeSpace(t.Context(), 60, nil); err != nil {
		t.Errorf("what was released: %v", err)
	}
}

// TestOneDropAtATime begins to drop an entry twice, and one that is in use.
func TestOneDropAtATime(t *testing.T) {
	name, used := NameOf("a"), NameOf("b")
	d := openDir(t, Options{}, used)
	if !d.beginDrop(name) || d.beginDrop(name) {
		t.Error("it is to be dropped once")
	}
	d.endDrop(name)
	if !d.beginDrop(name) {
		t.Error("it cannot be dropped again")
	}
	d.endDrop(name)
	if d.beginDrop(used) {
		t.Error("what is in use is to be dropped")
	}
	d.awaitDrop(used)
}

// heldRecord is of the first n bytes.
func heldRecord(n int64) Record {
	return Record{Key: "a", State: StateIdle, File: validator.Validator{Size: 100}, Held: ranges.Set{{Start: 0, End: n}}}
}

// fill acquires a file, writes b to it and gives it back.
func fill(t *testing.T, f *File, b string) {
	t.Helper()
	if err := f.Acquire(); err != nil {
		t.Fatal(err)
	}
	defer f.Release()
	if err := f.Put([]byte(b), 0); err != nil {
		t.Fatal(err)
	}
}

// TestGenerations saves an entry, drops what it holds and saves what comes next:
// each generation has a file of its own, and the record names the one in use.
func TestGenerations(t *testing.T) {
	d := openDir(t, Options{})
	e := d.Entry(NameOf("a"))
	old := e.File()
	if paths, err := e.dataPaths(); len(paths) > 0 || err != nil {
		t.Errorf("before anything was written there are %q, %v", paths, err)
	}
	save := func(f *File, text string) {
		t.Helper()
		fill(t, f, text)
		e.Lock()
		defer e.Unlock()
		if err := errors.Join(f.Sync(), e.SaveLocked(heldRecord(int64(len(text))), f)); err != nil {
			t.Fatal(err)
		}
	}
	loaded := func() string {
		t.Helper()
		again := d.Entry(e.Name)
		if _, err := again.Load("a"); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(again.File().path())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	save(old, "old")
	if got := loaded(); got != "old" {
		t.Errorf("loaded %q", got)
	}
	record, err := os.ReadFile(e.RecordPath())
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Acquire(); err != nil {
		t.Fatal(err)
	}
	e.Lock()
	now := e.DiscardLocked()
	err = e.DropLocked(false)
	e.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(e.RecordPath()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the record of what was dropped: %v", err)
	}
	save(now, "new")
	if err := old.Put([]byte("late"), 0); err != nil {
		t.Error(err)
	}
	if err := old.Acquire(); !errors.Is(err, ErrDropped) || old.Share() {
		t.Errorf("acquired once it was dropped: %v", err)
	}
	old.Release()
	if paths, err := e.dataPaths(); len(paths) != 1 || paths[0] != now.path() || err != nil {
		t.Errorf("there are %q, %v", paths, err)
	}
	if got := loaded(); got != "new" {
		t.Errorf("loaded %q", got)
	}
	if err := os.WriteFile(e.RecordPath(), record, 0o600); err != nil { // as if the power had gone
		t.Fatal(err)
	}
	if _, err := d.Entry(e.Name).Load("a"); !errors.Is(err, ErrGone) || !Damaged(err) {
		t.Errorf("the old record: %v", err)
	}
}

// TestFileIsOpenWhileUsed counts references to a file.
func TestFileIsOpenWhileUsed(t *testing.T) {
	f := openDir(t, Options{}).Entry(NameOf("a")).File()
	if f.Share() {
		t.Error("it is open before anybody acquired it")
	}
	fill(t, f, "bytes")
	if !f.Share() {
		t.Fatal("it was closed before Rest")
	}
	f.Rest()
	if f.OS() == nil {
		t.Error("it was closed while somebody used it")
	}
	f.Release()
	if f.Share() {
		t.Error("it is open after Rest and Release")
	}
	if err := os.Truncate(f.path(), 3); err != nil {
		t.Fatal(err)
	}
	if err := f.Acquire(); !errors.Is(err, ErrGone) {
		t.Errorf("acquired when it was cut short: %v", err)
	}
	if err := os.Remove(f.path()); err != nil {
		t.Fatal(err)
	}
	if err := f.Acquire(); !errors.Is(err, ErrGone) {
		t.Errorf("acquired when it was removed: %v", err)
	}
	if err := f.clear(); err != nil {
		t.Error(err)
	}
	fill(t, f, "x")
	if b, err := os.ReadFile(f.path()); string(b) != "x" || err != nil {
		t.Errorf("after it was cleared: %q, %v", b, err)
	}
	if err := f.clear(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.path()); err != nil {
		t.Errorf("it was cleared without Rest: %v", err)
	}
	f.Rest()
	if err := f.clear(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was not cleared: %v", err)
	}
}

// TestRecordNamesNoPath has records whose generation is no generation.
func TestRecordNamesNoPath(t *testing.T) {
	for _, generation := range []string{"../../../etc/passwd", "0123456", "012345678", "0123456g"} {
		r := heldRecord(10)
		r.Data = generation
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeRecord(b); !errors.Is(err, ErrTorn) {
			t.Errorf("%q: %v", generation, err)
		}
	}
}

// A folder that Open makes is durable, and so are those above it that it makes.
func TestOpenIsDurable(t *testing.T) {
	top := t.TempDir()
	path := filepath.Join(top, "not", "yet")
	synced := map[string]bool{}
	d, err := Open(path, Options{Files: durable.Files{Hook: func(s durable.Step) error {
		if s.Kind == "syncdir" {
			synced[s.Path] = true
		}
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, dir := range []string{top, filepath.Dir(path), path} {
		if !synced[dir] {
			t.Errorf("%s is not synced", dir)
		}
	}
}

// TestMarksFollowTheState saves an entry as complete and then as paused, as it is when
// a new version comes: what is not complete outlasts the session.
func TestMarksFollowTheState(t *testing.T) {
	d := openDir(t, Options{Session: true})
	e := d.Entry(NameOf("a"))
	f := e.File()
	fill(t, f, "text")
	for _, state := range []string{StateComplete, "paused", StateComplete, StateIdle} {
		r := heldRecord(4)
		r.State = state
		e.Lock()
		err := errors.Join(f.Sync(), e.SaveLocked(r, f))
		e.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		_, session := os.Stat(e.SessionPath())
		_, active := os.Stat(e.ActivePath())
		if (session == nil) != (state == StateComplete) || (active == nil) != (state == "paused") {
			t.Errorf("%s: the mark of the session: %v, of what goes on: %v", state, session, active)
		}
	}
	if err := d.EndSession(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Entry(e.Name).Load("a"); err != nil {
		t.Errorf("what was not complete is gone: %v", err)
	}
}

// TestUnremovedIsRemovedLater discards generations that the disk does not remove: the
// next record takes them along, and no more than a few are remembered.
func TestUnremovedIsRemovedLater(t *testing.T) {
	var failed error
	d := openDir(t, Options{Files: durable.Files{Hook: func(s durable.Step) error {
		if s.Kind == "removed" && strings.HasSuffix(s.Path, ".data") {
			return failed
		}
		return nil
	}}})
	e := d.Entry(NameOf("a"))
	e.Lock()
	defer e.Unlock()
	for range 3 * maxDiscarded {
		fill(t, e.current, "old")
		e.DiscardLocked()
	}
	failed = syscall.EIO
	if err := e.DropLocked(false); !errors.Is(err, syscall.EIO) {
		t.Errorf("drop: %v", err)
	}
	if n := len(e.discarded); n != maxDiscarded {
		t.Errorf("%d generations are remembered", n)
	}
	fill(t, e.current, "new")
	failed = nil
	if err := e.SaveLocked(heldRecord(3), e.current); err != nil || len(e.discarded) != 0 {
		t.Errorf("once the disk removes files: %v, %d left", err, len(e.discarded))
	}
}
