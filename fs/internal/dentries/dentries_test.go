package dentries

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fs/internal/recent"
)

// The kernel has to forget what it was told of another version, and only that: of a
// file that was completed it keeps all.
func TestDiffers(t *testing.T) {
	one, two := time.Unix(1, 0), time.Unix(2, 0)
	for _, tt := range []struct {
		what        string
		before, now Shown
		want        bool
	}{
		{"the same", Shown{1, 10, one}, Shown{1, 10, one}, false},
		{"completed", Shown{1, 10, one}, Shown{2, 10, one.UTC()}, false},
		{"another size", Shown{1, 10, one}, Shown{2, 11, one}, true},
		{"another time", Shown{1, 10, one}, Shown{2, 10, two}, true},
		{"no size yet", Shown{1, -1, one}, Shown{2, 10, one}, true},
		{"no time yet", Shown{1, 10, time.Time{}}, Shown{2, 10, one}, true},
		{"the size of one version becomes known", Shown{1, -1, one}, Shown{1, 10, one}, false},
	} {
		if got := tt.before.differs(tt.now); got != tt.want {
			t.Errorf("%s: %v", tt.what, got)
		}
		var r Record
		if r.Note("a", tt.before) || r.Note("a", tt.now) != tt.want {
			t.Errorf("%s, noted", tt.what)
		}
		var s Record
		if s.Note("a", tt.before) || s.Compare("a", tt.now) != tt.want || s.Compare("a", tt.now) {
			t.Errorf("%s, compared", tt.what)
		}
	}
}

// What was never told is not outdated, as long as nothing that was told is forgotten.
func TestForgotten(t *testing.T) {
	var r Record
	now := Shown{Revision: 2, Size: 1}
	if r.Compare("never", now) {
		t.Error("what was never told is outdated")
	}
	for n := range 3 * recent.Limit {
		r.Note(fmt.Sprint(n), Shown{Revision: 1, Size: 1})
	}
	if !r.Compare("0", Shown{Revision: 2, Size: 2}) {
		t.Error("what was told long ago is not outdated")
	}
}

// A kernel that refuses the message once is not asked again; without a device there is
// no kernel to ask.
func TestForget(t *testing.T) {
	if k := New(nil); k.Forget() || k.Close() != nil {
		t.Error("without a device")
	}
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0) // of no mount
	if err != nil {
		t.Skip(err)
	}
	k := New(device)
	if k.Forget() {
		t.Error("without a mount")
	}
	if err := k.Close(); err != nil || k.Forget() {
		t.Errorf("closed: %v", err)
	}
	if err := k.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed again: %v", err)
	}
}

// Await waits for the last request, and five seconds at most.
func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Lock
		l.Await(t.Context())
		for holds, want := range map[time.Duration]time.Duration{time.Second: time.Second, time.Minute: 5 * time.Second} {
			began := time.Now()
			first, last := l.Hold(), l.Hold()
			if !l.IsHeld() {
				t.Error("two requests do not hold it")
			}
			first()
			time.AfterFunc(holds, last)
			l.Await(t.Context())
			if took := time.Since(began); took != want {
				t.Errorf("it waited for %v, want %v", took, want)
			}
			time.Sleep(time.Minute)
			if l.Awaited() || l.IsHeld() {
				t.Error("it still waits, or is held")
			}
		}
	})
}
