package diskcache

import (
	"slices"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	var u usage
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	u.grow("a", 10, at(3))
	u.grow("b", 20, at(1))
	u.seen("c", 30, at(2))
	u.seen("a", 99, at(9)) // what is known is newer
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
	var u usage
	start := time.Now()
	u.set("a", 1, start)
	written := 0
	for i := range 300 {
		if u.touch("a", start.Add(time.Duration(i)*time.Second)) {
			written++
		}
	}
	if written != 5 {
		t.Errorf("written down %d times in five minutes", written)
	}
}
