package ranges

import (
	"slices"
	"testing"
)

func TestRangesAdd(t *testing.T) {
	base := Set{{10, 20}, {30, 40}, {50, 60}}
	for name, c := range map[string]struct {
		add  Range
		want Set
	}{
		"empty":           {Range{5, 5}, base},
		"before":          {Range{0, 5}, Set{{0, 5}, {10, 20}, {30, 40}, {50, 60}}},
		"touching left":   {Range{5, 10}, Set{{5, 20}, {30, 40}, {50, 60}}},
		"touching right":  {Range{20, 25}, Set{{10, 25}, {30, 40}, {50, 60}}},
		"closing a gap":   {Range{20, 30}, Set{{10, 40}, {50, 60}}},
		"over all":        {Range{0, 100}, Set{{0, 100}}},
		"inside":          {Range{12, 14}, base},
		"across a border": {Range{35, 55}, Set{{10, 20}, {30, 60}}},
		"after":           {Range{70, 80}, Set{{10, 20}, {30, 40}, {50, 60}, {70, 80}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := base.Add(c.add); !slices.Equal(got, c.want) {
				t.Errorf("Add(%v) = %v, want %v", c.add, got, c.want)
			}
		})
	}
}

func TestRangesMissing(t *testing.T) {
	base := Set{{10, 20}, {30, 40}}
	for name, c := range map[string]struct {
		ask  Range
		want Set
	}{
		"held":         {Range{12, 18}, nil},
		"all":          {Range{0, 50}, Set{{0, 10}, {20, 30}, {40, 50}}},
		"gap":          {Range{20, 30}, Set{{20, 30}}},
		"tail":         {Range{35, 45}, Set{{40, 45}}},
		"beyond":       {Range{60, 70}, Set{{60, 70}}},
		"nothing":      {Range{25, 25}, nil},
		"one at a gap": {Range{19, 21}, Set{{20, 21}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := base.Missing(c.ask); !slices.Equal(got, c.want) {
				t.Errorf("Missing(%v) = %v, want %v", c.ask, got, c.want)
			}
		})
	}
}

// bitmap is the plain model that Ranges is compared with.
type bitmap [256]bool

func (b *bitmap) set(r Range, v bool) {
	for i := r.Start; i < r.End; i++ {
		b[i] = v
	}
}

func (b *bitmap) ranges() Set {
	var out Set
	for i := range b {
		if n := len(out); b[i] && n > 0 && out[n-1].End == int64(i) {
			out[n-1].End++
		} else if b[i] {
			out = append(out, Range{int64(i), int64(i) + 1})
		}
	}
	return out
}

// FuzzRanges drives a set and a bitmap by the same operations, three bytes each.
func FuzzRanges(f *testing.F) {
	f.Add([]byte{0, 10, 20, 0, 20, 10, 1, 15, 3, 0, 200, 255})
	f.Fuzz(func(t *testing.T, ops []byte) {
		var set Set
		var model bitmap
		for ; len(ops) >= 3; ops = ops[3:] {
			r := Range{int64(ops[1]), min(int64(ops[1])+int64(ops[2]), int64(len(model)))}
			before := slices.Clone(set)
			old := set
			if ops[0]%3 == 0 {
				set = set.Remove(r)
			} else {
				set = set.Add(r)
			}
			if !slices.Equal(old, before) {
				t.Fatalf("an operation changed the set it was called on: %v, was %v", old, before)
			}
			model.set(r, ops[0]%3 != 0)
			checkAgainst(t, set, &model, r)
		}
	})
}

func checkAgainst(t *testing.T, set Set, model *bitmap, r Range) {
	t.Helper()
	want := model.ranges()
	if !slices.Equal(set, want) || !set.Valid(int64(len(model))) {
		t.Fatalf("set is %v, want %v", set, want)
	}
	var n, run int64
	for i := range model {
		if model[i] {
			n++
		}
	}
	for i := r.Start; i < int64(len(model)) && model[i]; i++ {
		run++
	}
	if set.Len() != n || set.From(r.Start) != run || set.Contains(r) != (run >= r.Len()) {
		t.Fatalf("%v: Len %d want %d, From(%d) %d want %d, Contains(%v) %v",
			set, set.Len(), n, r.Start, set.From(r.Start), run, r, set.Contains(r))
	}
	var inverse bitmap
	for i := r.Start; i < r.End; i++ {
		inverse[i] = !model[i]
	}
	if got := set.Missing(r); !slices.Equal(got, inverse.ranges()) {
		t.Fatalf("%v.Missing(%v) = %v, want %v", set, r, got, inverse.ranges())
	}
}
