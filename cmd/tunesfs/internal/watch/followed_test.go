package watch

import (
	"slices"
	"testing"
)

// A watch shows what is under way, or the one track that it is about.
func TestWatched(t *testing.T) {
	for _, tt := range []struct {
		only  string
		lines []string
		want  []string // ids and states that are left
		shown int      // how many lines were worth a word
	}{
		{"", nil, nil, 0},
		{"", []string{`{"id":"b","state":"paused"}`, `{"id":"a","state":"queued"}`}, []string{"a queued", "b paused"}, 2},
		{"", []string{`{"id":"a","state":"queued"}`, `{"id":"a","state":"downloading"}`}, []string{"a downloading"}, 2},
		{"", []string{`{"id":"a","state":"queued"}`, `{"id":"a","state":"complete"}`}, nil, 2},
		{"", []string{`{"id":"a","state":"failed"}`, `{"id":"a","state":"idle"}`}, nil, 2},
		{"", []string{`{"id":"a","state":"queued"}`, `{"lost":true}`, `{"id":"b","state":"paused"}`}, []string{"b paused"}, 2},
		{"a", []string{`{"id":"a","state":"queued"}`, `{"id":"b","state":"queued"}`, `{"lost":true}`}, []string{"a queued"}, 1},
		{"a", []string{`{"id":"a","state":"queued"}`, `{"id":"a","state":"complete"}`}, []string{"a complete"}, 2},
	} {
		m := &followed{dir: "/m", only: tt.only, known: map[string]download{}}
		shown := 0
		for _, line := range tt.lines {
			d, err := m.take([]byte(line))
			if err != nil {
				t.Error(err)
			}
			if d != nil {
				shown++
			}
		}
		var left []string
		for _, d := range m.list() {
			if d.Mount != "/m" {
				t.Errorf("%s is of the mount %q", d.ID, d.Mount)
			}
			left = append(left, d.ID+" "+d.State)
		}
		if !slices.Equal(left, tt.want) || shown != tt.shown {
			t.Errorf("%q leave %q after %d shown, want %q after %d", tt.lines, left, shown, tt.want, tt.shown)
		}
	}
	if _, err := (&followed{known: map[string]download{}}).take([]byte("{")); err == nil {
		t.Error("half a line is taken")
	}
}
