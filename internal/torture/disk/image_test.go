package disk

import (
	"bytes"
	"strings"
	"testing"
)

// A memory is a file as programs see it.
type memory struct {
	*image
	live []byte
}

func newMemory(synced string) *memory {
	return &memory{image: newImage(int64(len(synced))), live: []byte(synced)}
}

func (m *memory) write(t *testing.T, off int, b string) {
	t.Helper()
	if err := m.change(bytes.NewReader(m.live), int64(off), int64(off+len(b))); err != nil {
		t.Fatal(err)
	}
	if grow := off + len(b) - len(m.live); grow > 0 {
		m.live = append(m.live, make([]byte, grow)...)
	}
	copy(m.live[off:], b)
}

func (m *memory) truncate(t *testing.T, size int) {
	t.Helper()
	if err := m.resize(bytes.NewReader(m.live), int64(len(m.live)), int64(size)); err != nil {
		t.Fatal(err)
	}
	live := make([]byte, size)
	copy(live, m.live)
	m.live = live
}

// cut returns the file after a power cut, as restoreBytes makes it.
func (m *memory) cut(l luck) string {
	size, back := m.afterCut(int64(len(m.live)), l)
	after := make([]byte, size)
	copy(after, m.live)
	for n, old := range back {
		block := make([]byte, blockSize)
		copy(block, old)
		if n*blockSize < size {
			copy(after[n*blockSize:], block)
		}
	}
	return string(after)
}

// rep is a string of whole blocks.
func rep(letters string) string {
	var s strings.Builder
	for _, l := range letters {
		s.WriteString(strings.Repeat(string(l), blockSize))
	}
	return s.String()
}

func TestImage(t *testing.T) {
	tests := []struct {
		name   string
		synced string
		do     func(t *testing.T, m *memory)
		want   string // where nothing survives
	}{
		{"untouched", rep("ab"), func(*testing.T, *memory) {}, rep("ab")},
		{"a block changes", rep("abc"), func(t *testing.T, m *memory) { m.write(t, blockSize, rep("x")) }, rep("abc")},
		{"a part of a block changes", "hello", func(t *testing.T, m *memory) { m.write(t, 1, "u") }, "hello"},
		{"it grows", "hello", func(t *testing.T, m *memory) { m.write(t, 5, rep("x")) }, "hello"},
		{"it is emptied and written", rep("ab"), func(t *testing.T, m *memory) { m.truncate(t, 0); m.write(t, 0, "new") }, rep("ab")},
		{"it is cut and grows", rep("ab"), func(t *testing.T, m *memory) { m.truncate(t, 5); m.truncate(t, 9000) }, rep("ab")},
		{"it is synced", "hello", func(t *testing.T, m *memory) { m.write(t, 0, "world"); m.synced(5) }, "world"},
		{"it changes after the sync", "hello", func(t *testing.T, m *memory) { m.write(t, 0, "world"); m.synced(5); m.write(t, 0, "later") }, "world"},
		{"it is shorter at the sync", rep("ab"), func(t *testing.T, m *memory) { m.truncate(t, 3); m.synced(3); m.truncate(t, 0) }, "aaa"},
		{"the sync fails", rep("ab"), func(t *testing.T, m *memory) { m.write(t, 0, rep("xy")); m.failed() }, rep("ab")},
		{"the sync fails, and the next does not", rep("ab"),
			func(t *testing.T, m *memory) {
				m.write(t, 0, rep("x"))
				m.failed()
				m.write(t, blockSize, rep("y"))
				m.synced(2 * blockSize)
			}, rep("ay")},
		{"the sync fails, and the bytes are written again", rep("ab"),
			func(t *testing.T, m *memory) {
				m.write(t, 0, rep("xy"))
				m.failed()
				m.write(t, 0, rep("z"))
				m.synced(2 * blockSize)
			}, rep("zb")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(tt.synced)
			tt.do(t, m)
			if got := m.cut(newLuck(0)); got != tt.want {
				t.Errorf("after a power cut the file holds %s, want %s", short(got), short(tt.want))
			}
		})
	}
}

// short names the blocks of a file by their first letters.
func short(s string) string {
	if len(s) < blockSize {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i += blockSize {
		b.WriteByte(s[i])
	}
	return b.String()
}

// Each changed block is the old one or the new one, and all that can survive does for
// some seed.
func TestImageBySeed(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(300) {
		m := newMemory(rep("ab"))
		m.write(t, 0, rep("xy"))
		m.write(t, 2*blockSize, rep("z"))
		got := m.cut(newLuck(seed))
		if again := m.cut(newLuck(seed)); again != got {
			t.Fatalf("seed %d: %s, then %s", seed, short(got), short(again))
		}
		seen[short(got)] = true
	}
	want := map[string]bool{"ab": true, "xb": true, "ay": true, "xy": true}
	for _, state := range []string{"ab", "xb", "ay", "xy"} {
		want[state+"z"], want[state+"\x00"] = true, true
	}
	for state := range want {
		if !seen[state] {
			t.Errorf("%q never survives", state)
		}
	}
	for state := range seen {
		if !want[state] {
			t.Errorf("%q survives", state)
		}
	}
}

// A file that was emptied has its old bytes or none of them.
func TestImageEmptied(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(300) {
		m := newMemory(rep("ab"))
		m.truncate(t, 0)
		m.write(t, 0, rep("xy"))
		seen[short(m.cut(newLuck(seed)))] = true
	}
	for _, state := range []string{"ab", "", "xy", "x\x00", "\x00y"} {
		if !seen[state] {
			t.Errorf("%q never survives", state)
		}
		delete(seen, state)
	}
	delete(seen, "\x00\x00") // which happens where each block is lost alone
	if len(seen) > 0 {
		t.Errorf("%v survives", seen)
	}
}
