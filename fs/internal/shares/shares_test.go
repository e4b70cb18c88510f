package shares

import "testing"

func TestShares(t *testing.T) {
	const ann, bob, cy = 1, 2, 3
	s := New[int](16) // four for one, eight for all
	enter := func(uid uint32, file int, want bool) {
		t.Helper()
		if got := s.Enter(uid, file, 1); got != want {
			t.Errorf("user %d opens %d: %v", uid, file, got)
		}
	}
	for file := range 4 {
		enter(ann, file, true)
		enter(ann, file, true) // no file more
	}
	enter(ann, 4, false)
	for file := range 4 {
		enter(bob, file, true) // which are open
	}
	enter(bob, 4, false)
	for file := range 4 {
		enter(cy, 10+file, true)
	}
	enter(cy, 14, false)
	const dan = 4
	enter(dan, 20, false)
	enter(dan, 0, true)
	s.Leave(ann, 0)
	enter(ann, 4, false) // it is open once more
	s.Leave(ann, 0)
	enter(ann, 4, false) // all others have eight still: bob and dan have 0 open
	s.Leave(cy, 10)
	enter(ann, 4, true)
	for file := range 4 {
		if file > 0 {
			s.Leave(ann, file)
			s.Leave(ann, file)
		}
		s.Leave(bob, file)
		if file > 0 {
			s.Leave(cy, 10+file)
		}
	}
	s.Leave(ann, 4)
	s.Leave(dan, 0)
	if len(s.users) != 0 || len(s.all.files) != 0 || s.all.sum != 0 {
		t.Errorf("in the end %v, %v", s.users, s.all)
	}
}

// An open file that grows takes more of the shares of its user and of all, and one that is
// open alone may grow as it likes.
func TestResize(t *testing.T) {
	const ann, bob, cy = 1, 2, 3
	s := New[string](16) // four for one, eight for all
	for _, one := range []struct {
		uid  uint32
		file string
	}{{ann, "a"}, {ann, "b"}, {bob, "c"}, {cy, "d"}} {
		if !s.Enter(one.uid, one.file, 1) {
			t.Fatalf("user %d cannot open %s", one.uid, one.file)
		}
	}
	for i, step := range []struct {
		uid  uint32
		file string
		size int
		want bool
	}{
		{ann, "a", 4, false}, {ann, "a", 3, true}, {ann, "b", 2, false},
		{bob, "c", 4, false}, {bob, "c", 3, true}, {cy, "d", 2, false}, // eight are open
		{ann, "a", 1, true}, {cy, "d", 3, true}, {cy, "d", 3, true},
	} {
		if got := s.Resize(step.uid, step.file, step.size); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
	s.Leave(ann, "a")
	s.Leave(ann, "b")
	s.Leave(bob, "c")
	if !s.Resize(cy, "d", 100) || s.Enter(cy, "e", 1) {
		t.Error("a file that is open alone cannot grow")
	}
	s.Leave(cy, "d")
	if len(s.users) != 0 || s.all.sum != 0 {
		t.Errorf("in the end %v, %v", s.users, s.all)
	}
}

// However few files there may be, everyone may open one.
func TestLeast(t *testing.T) {
	s := New[int](1)
	if !s.Enter(1, 1, 1) || s.Enter(1, 2, 1) || s.Enter(2, 2, 1) {
		t.Error("not one file")
	}
}

// Large files take more of a share, and one that is larger than it can be open alone.
func TestSizes(t *testing.T) {
	const ann, bob = 1, 2
	s := New[string](16) // four for one, eight for all
	for i, step := range []struct {
		uid  uint32
		file string
		size int
		want bool
	}{
		{ann, "a", 3, true}, {ann, "b", 2, false}, {ann, "c", 1, true}, {ann, "d", 1, false}, {ann, "a", 3, true},
		{bob, "e", 5, false}, {bob, "f", 4, true},
	} {
		if got := s.Enter(step.uid, step.file, step.size); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
	for _, file := range []string{"a", "a", "c"} {
		s.Leave(ann, file)
	}
	s.Leave(bob, "f")
	if !s.Enter(ann, "large", 100) || s.Enter(ann, "a", 1) || s.Enter(ann, "large", 100) != true {
		t.Error("a file that is larger than the share is not open alone")
	}
}
