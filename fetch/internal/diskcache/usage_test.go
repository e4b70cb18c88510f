package diskcache

import (
	"slices"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	var u Usage
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	u.Grow("a", 10, at(3))
	u.Grow("b", 20, at(1))
	u.Seen("c", 30, at(2))
	u.Seen("a", 99, at(9)) // what is known is newer
	u.Touch("b", at(4))
	u.Touch("nobody", at(5))
	if got := u.Oldest(); !slices.Equal(got, []string{"c", "a", "b"}) || u.Held() != 60 {
		t.Errorf("%v hold %d, want c, a, b and 60", got, u.Held())
	}
	u.Set("c", 0, at(0))
	if got := u.Oldest(); !slices.Equal(got, []string{"a", "b"}) || u.Held() != 30 {
		t.Errorf("%v hold %d, want a, b and 30", got, u.Held())
	}
}

// TestUseIsWrittenDown opens a file again and again: the next session learns of
// it, though not of each time.
func TestUseIsWrittenDown(t *testing.T) {
	var u Usage
	start := time.Now()
	u.Set("a", 1, start)
	written := 0
	for i := range 300 {
		if u.Touch("a", start.Add(time.Duration(i)*time.Second)) {
			written++
		}
	}
	if written != 5 {
		t.Errorf("written down %d times in five minutes", written)
	}
}
