package diskcache

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	u := newUsage()
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	u.grow("a", 10, at(3))
	u.grow("b", 20, at(1))
	u.seen("c", 30, 0, at(2))
	u.seen("a", 99, 0, at(9)) // what is known is newer
	u.touch("b", at(4))
	u.touch("nobody", at(5))
	if got := u.oldest(); !slices.Equal(got, []string{"c", "a", "b"}) || u.held() != 60 {
		t.Errorf("%v hold %d, want c, a, b and 60", got, u.held())
	}
	u.set("c", 0, at(0))
	if got := u.oldest(); !slices.Equal(got, []string{"a", "b"}) || u.held() != 30 {
		t.Errorf("%v hold %d, want a, b and 30", got, u.held())
	}
}

// TestUseIsWrittenDown opens a file again and again: the next session learns of
// it, though not of each time.
func TestUseIsWrittenDown(t *testing.T) {
	u := newUsage()
	start := time.Now()
	u.set("a", 1, start)
	written := 0
	for i := range 300 {
		if u.touch("a", start.Add(time.Duration(i)*time.Minute)) {
			written++
		}
	}
	if written != 5 {
		t.Errorf("written down %d times in five hours", written)
	}
}

// TestBackupWritesLittle opens a whole library: few records are written for that, and
// those that are not are known to Close.
func TestBackupWritesLittle(t *testing.T) {
	u := newUsage()
	start := time.Now()
	written, unrecorded := 0, 0
	for i := range 1000 {
		name := fmt.Sprint(i)
		u.seen(name, 1, 0, start.Add(-24*time.Hour))
		if u.touch(name, start) {
			u.recorded(name, u.usedAt(name), 0)
			written++
		}
		if used := u.unrecorded(name); used.Equal(start) {
			unrecorded++
		}
	}
	if written != writesPerMinute || unrecorded != 1000-writesPerMinute {
		t.Errorf("%d are written at once, %d later", written, unrecorded)
	}
}

// TestOrderDespiteClock has a clock jump ten years, both ways, between two sessions
// and within one: what this session used last goes last, and a use that an earlier
// one left in the future counts as now, so it goes before all of this session.
func TestOrderDespiteClock(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, by := range map[string]time.Duration{"ahead": jump, "behind": -jump} {
		u := newUsage()
		u.seen("future", 1, 0, now.Add(jump))
		u.seen("past", 1, 0, now.Add(-jump))
		u.seen("yesterday", 1, 0, now.Add(-24*time.Hour))
		u.grow("grown", 1, now)
		u.touch("yesterday", now.Add(by))
		u.set("set", 1, now.Add(-by))
		want := []string{"past", "future", "grown", "yesterday", "set"}
		if got := u.oldest(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestUseIsWrittenDespiteClock opens a file of which the last use lies in the future,
// or ten years back: the next session learns of this use, not of that.
func TestUseIsWrittenDespiteClock(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, used := range map[string]time.Time{"future": now.Add(jump), "past": now.Add(-jump)} {
		u := newUsage()
		u.seen("a", 1, 0, used)
		if !u.touch("a", now) || u.touch("a", now.Add(time.Second)) {
			t.Errorf("%s: written down at the second use or not at all", name)
		}
		if !u.touch("a", now.Add(-jump)) || !u.touch("a", now.Add(jump)) {
			t.Errorf("%s: not written down after the clock was set", name)
		}
	}
}
