package disk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A tree is the names of one folder, 1, as programs see them.
type tree struct {
	names
	live map[place]uint64
}

func (tr *tree) do(inodes []uint64, at ...string) {
	r := rebind{inodes: inodes}
	var before []uint64
	for i, name := range at {
		p := place{folder: 1, name: name}
		if folder, base, ok := strings.Cut(name, "/"); ok {
			p = place{folder: uint64(folder[0]-'0') + 1, name: base}
		}
		r.places = append(r.places, p)
		before = append(before, tr.live[p])
		tr.live[p] = inodes[i]
	}
	tr.add(r, before)
}

// text lists what the places have.
func text(at map[place]uint64) string {
	var all []string
	for p, ino := range at {
		if ino != 0 {
			all = append(all, fmt.Sprintf("%d%s=%d", p.folder, p.name, ino))
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// after returns what all places have after a power cut.
func (tr *tree) after(l luck) string {
	all := maps.Clone(tr.live)
	maps.Copy(all, tr.afterCut(l))
	return text(all)
}

func TestNames(t *testing.T) {
	tests := []struct {
		name string
		do   func(tr *tree)
		want string // where nothing survives; a=10 was synced
	}{
		{"nothing", func(*tree) {}, "1a=10"},
		{"a file is made", func(tr *tree) { tr.do([]uint64{11}, "b") }, "1a=10"},
		{"a file is made, and the folder synced", func(tr *tree) { tr.do([]uint64{11}, "b"); tr.synced(1) }, "1a=10 1b=11"},
		{"another folder is synced", func(tr *tree) { tr.do([]uint64{11}, "b"); tr.synced(2) }, "1a=10"},
		{"a file is removed", func(tr *tree) { tr.do([]uint64{0}, "a") }, "1a=10"},
		{"a file is removed, and the folder synced", func(tr *tree) { tr.do([]uint64{0}, "a"); tr.synced(1) }, ""},
		{"a file takes the place of another", func(tr *tree) { tr.do([]uint64{11}, "b"); tr.do([]uint64{0, 11}, "b", "a") }, "1a=10"},
		{"it does, and the folder is synced", func(tr *tree) { tr.do([]uint64{11}, "b"); tr.do([]uint64{0, 11}, "b", "a"); tr.synced(1) }, "1a=11"},
		{"what follows a sync is lost", func(tr *tree) { tr.do([]uint64{11}, "b"); tr.synced(1); tr.do([]uint64{0}, "b") }, "1a=10 1b=11"},
		{"a file moves, and its new folder is synced", func(tr *tree) { tr.do([]uint64{0, 10}, "a", "1/b"); tr.synced(2) }, "2b=10"},
		{"what a synced operation rests on is synced", func(tr *tree) {
			tr.do([]uint64{11}, "b")
			tr.do([]uint64{12}, "c")
			tr.do([]uint64{0, 11}, "b", "1/b")
			tr.synced(2)
		}, "1a=10 2b=11"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := &tree{live: map[place]uint64{{1, "a"}: 10}}
			tt.do(tr)
			if got := tr.after(newLuck(0)); got != tt.want {
				t.Errorf("after a power cut there is %q, want %q", got, tt.want)
			}
			if tr.synced(1); len(tr.log) != 0 && !strings.Contains(tt.name, "another") {
				t.Errorf("%d operations are left after a sync", len(tr.log))
			}
		})
	}
}

// A folder that is gone has no places, and what else its operations did stays.
func TestNamesOfAFolderThatIsGone(t *testing.T) {
	tr := &tree{live: map[place]uint64{{2, "b"}: 10}}
	tr.do([]uint64{0, 10}, "1/b", "a")
	tr.do([]uint64{11}, "1/c")
	tr.forget(2)
	want := map[place]uint64{{1, "a"}: 0}
	if got := tr.afterCut(newLuck(0)); !maps.Equal(got, want) || len(tr.log) != 1 {
		t.Errorf("after a power cut there are %v, want %v, and %d operations are left", got, want, len(tr.log))
	}
}

// A rename survives whole or not at all, and only after what it rests on.
func TestNamesBySeed(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(300) {
		tr := &tree{live: map[place]uint64{{1, "a"}: 10}}
		tr.do([]uint64{11}, "b")
		tr.do([]uint64{0, 11}, "b", "a")
		tr.do([]uint64{12}, "c")
		seen[tr.after(newLuck(seed))] = true
	}
	for _, state := range []string{"1a=10", "1a=10 1b=11", "1a=11", "1a=10 1c=12", "1a=10 1b=11 1c=12", "1a=11 1c=12"} {
		if !seen[state] {
			t.Errorf("%q never survives", state)
		}
		delete(seen, state)
	}
	if len(seen) > 0 {
		t.Errorf("%v survives", seen)
	}
}

// The log has a bound: the oldest operations reach the disk.
func TestNamesBound(t *testing.T) {
	tr := &tree{live: map[place]uint64{}}
	for i := range uint64(2 * maxRebinds) {
		tr.do([]uint64{i + 1}, fmt.Sprint("file", i))
	}
	if len(tr.log) != maxRebinds || len(tr.held) != maxRebinds {
		t.Errorf("%d operations and %d places, want %d", len(tr.log), len(tr.held), maxRebinds)
	}
	if got := len(strings.Fields(tr.after(newLuck(0)))); got != maxRebinds {
		t.Errorf("%d files after a power cut, want %d", got, maxRebinds)
	}
}
