package fetch

import (
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// replacedLen is the size of the version that replacedUnread leads to, in bytes.
const replacedLen = mb / 2

// replacedUnread has the server tell of another version of a complete file while the disk
// does not give its record, until undo.
func (f *fixture) replacedUnread() (d *Download, undo func()) {
	p := f.completed()
	f.reopen()
	undo = obstacles["a link to itself"](f.t, p.RecordPath())
	f.origin.Replace("a", fetchtest.Random(9, replacedLen))
	d = f.listed("a", 2, replacedLen, monday)
	f.validate(d)
	return d, undo
}

// TestUnreadRecordOfAnotherSize has the disk give the record of a complete file after the
// server told of another version: a handle whose user relies on its size does not get
// the bytes of the record.
func TestUnreadRecordOfAnotherSize(t *testing.T) {
	bubble(t, func(f *fixture) {
		_, undo := f.replacedUnread()
		r := f.reader("a")
		r.Promise(replacedLen)
		undo()
		time.Sleep(2 * failedRest)
		if err := f.attempt(r, 0, 1000); err != nil && !errors.Is(err, ErrStale) {
			t.Error(err)
		}
	}, file("a", mb))
}

// TestUnreadRecordOfAnOldVersion has the disk give the record of a complete file after
// the server told of another version: an open does not take it for the newest.
func TestUnreadRecordOfAnOldVersion(t *testing.T) {
	bubble(t, func(f *fixture) {
		d, undo := f.replacedUnread()
		undo()
		time.Sleep(2 * failedRest)
		f.validate(d)
		f.readAll("a")
	}, file("a", mb))
}

// TestUnreadRecordIsNotComplete has the disk give such a record to a Reader that nothing
// validated: what a listing contradicts is not complete.
func TestUnreadRecordIsNotComplete(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		p := f.completed()
		f.reopen()
		undo := obstacles["a link to itself"](t, p.RecordPath())
		d := f.listed("a", 2, 400_000, monday)
		undo()
		time.Sleep(2 * failedRest)
		if r := f.reader("a"); r.File() != nil || d.Status().State == Complete {
			t.Errorf("it opened whole, and is %v", d.Status().State)
		}
	}, file("a", 300_000))
}
