package validator

import (
	"testing"
	"time"
)

const (
	second = "Fri, 02 Jan 2026 03:04:05 GMT"
	later  = "Fri, 02 Jan 2026 03:04:06 GMT"
)

// TestOf reads validators from the fields of a response.
func TestOf(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		tag, modified string
		sent          time.Time
		want          Validator
	}{
		"nothing":             {"", "", now, Validator{Size: -1, Asked: true}},
		"strong tag":          {`"a"`, "", now, Validator{Size: -1, ETag: `"a"`, Asked: true}},
		"weak tag":            {`W/"a"`, "", now, Validator{Size: -1, Asked: true}},
		"tag without quotes":  {`a`, "", now, Validator{Size: -1, Asked: true}},
		"date of this second": {"", second, now, Validator{Size: -1, Modified: second, Asked: true}},
		"older than the Date": {"", second, now.Add(time.Second), Validator{Size: -1, Modified: second, Dated: true, Asked: true}},
		"as old as the Date":  {"", later, now.Add(time.Second), Validator{Size: -1, Modified: later, Asked: true}},
		"no date":             {"", "yesterday", now, Validator{Size: -1, Asked: true}},
	} {
		if got := Of(c.tag, c.modified, c.sent); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestCompare says for pairs whether they may be the same, whether they are proved to
// be, and what both together tell.
func TestCompare(t *testing.T) {
	tagged := Validator{Size: 10, ETag: `"a"`, Asked: true}
	dated := Validator{Size: 10, Modified: second, Dated: true, Asked: true}
	undated := Validator{Size: 10, Modified: second, Asked: true}
	for name, c := range map[string]struct {
		v, o         Validator
		same, proves bool
		merged       Validator
	}{
		"one tag":           {tagged, tagged, true, true, tagged},
		"two tags":          {tagged, Validator{Size: 10, ETag: `"b"`, Asked: true}, false, false, tagged},
		"two sizes":         {tagged, Validator{Size: 11, ETag: `"a"`, Asked: true}, false, false, tagged},
		"a size is unknown": {tagged, Validator{Size: -1, ETag: `"a"`, Asked: true}, true, true, tagged},
		"only a size":       {tagged, Validator{Size: 10}, true, false, tagged},
		"one date":          {dated, dated, true, true, dated},
		"a date, weakly":    {dated, undated, true, false, dated},
		"two dates":         {dated, Validator{Size: 10, Modified: later, Dated: true, Asked: true}, false, false, dated},
		"a tag decides":     {Validator{Size: 10, ETag: `"a"`, Modified: second, Asked: true}, Validator{Size: 10, ETag: `"a"`, Modified: later, Asked: true}, true, true, Validator{Size: 10, ETag: `"a"`, Modified: second, Asked: true}},
		"a hint learns all": {Validator{Size: 10}, tagged, true, false, tagged},
		"nothing is known":  {Unknown, dated, true, false, dated},
		"a size is told":    {Validator{Size: -1, ETag: `"a"`, Asked: true}, tagged, true, true, tagged},
	} {
		if c.v.Same(c.o) != c.same || c.v.Proves(c.o) != c.proves {
			t.Errorf("%s: same %v, proved %v", name, c.v.Same(c.o), c.v.Proves(c.o))
		}
		if c.same {
			if got := c.v.Merge(c.o); got != c.merged {
				t.Errorf("%s: together %+v, want %+v", name, got, c.merged)
			}
		}
		if c.v.Same(c.o) != c.o.Same(c.v) || c.v.Proves(c.o) != c.o.Proves(c.v) {
			t.Errorf("%s: not so the other way round", name)
		}
	}
}

// TestCondition says which validators are strong, and what If-Range is sent.
func TestCondition(t *testing.T) {
	for name, c := range map[string]struct {
		v    Validator
		want string
	}{
		"nothing":         {Unknown, ""},
		"a tag":           {Validator{ETag: `"a"`, Modified: second, Dated: true}, `"a"`},
		"a date":          {Validator{Modified: second, Dated: true}, second},
		"a date, weakly":  {Validator{Modified: second}, ""},
		"a size, by hint": {Validator{Size: 3}, ""},
	} {
		if got := c.v.IfRange(); got != c.want || c.v.Strong() != (c.want != "") {
			t.Errorf("%s: If-Range %q, strong %v", name, got, c.v.Strong())
		}
	}
	if got := (Validator{Modified: second}).ModTime(); !got.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("modified at %v", got)
	}
	if !(Validator{Modified: "yesterday"}).ModTime().IsZero() || Unknown.Known() || !(Validator{Asked: true}).Known() {
		t.Error("something is made of nothing")
	}
}
