package watch

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// A watch shows each change, or those in the folder that it is about.
func TestFollowed(t *testing.T) {
	changed := func(states ...string) client.Event {
		e := client.Event{Kind: client.Changed}
		for _, text := range states {
			id, state, _ := strings.Cut(text, " ")
			e.Downloads = append(e.Downloads, client.Download{ID: id, Path: id, State: state})
		}
		return e
	}
	all := client.Event{Kind: client.Reset, Downloads: []client.Download{{ID: "a", Path: "a", State: "queued"}}}
	for _, tt := range []struct {
		name   string
		folder string
		events []client.Event
		want   []string // paths and states in the order of the lines
	}{
		{"nothing", "", nil, nil},
		{"each change", "", []client.Event{changed("b paused", "a queued"), changed("a complete")}, []string{"b paused", "a queued", "a complete"}},
		{"a reset is told by the changes behind it", "", []client.Event{all, changed("a queued")}, []string{"a queued"}},
		{"one track", "a", []client.Event{all, changed("a queued", "b queued"), changed("b idle")}, []string{"a queued"}},
		{"one folder", "a", []client.Event{changed("a/x queued", "ab/x queued"), changed("b idle")}, []string{"a/x queued"}},
		{"a mount that answers again", "", []client.Event{{Kind: client.Alive}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs strings.Builder
			noPlace := func(_ string, list []client.Download) []client.Download { return list }
			f := &followed{watch: &watch{View: View{Out: &out, Errs: &errs}}, dir: "/m", folder: tt.folder, place: noPlace}
			for _, e := range tt.events {
				if err := f.take(e); err != nil {
					t.Error(err)
				}
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(tt.want) == 0 && out.String() == "" && errs.String() == "" {
				return
			}
			if len(lines) != len(tt.want) {
				t.Fatalf("%d lines, want %d\n%s", len(lines), len(tt.want), out.String())
			}
			for i, want := range tt.want {
				path, state, _ := strings.Cut(want, " ")
				if !strings.Contains(lines[i], " "+state+" ") || !strings.HasSuffix(lines[i], "/m/"+path) {
					t.Errorf("line %d is %q, want %s", i, lines[i], want)
				}
			}
		})
	}
}

// A mount that hangs is told of, and one that is gone is watched no longer.
func TestFollowedHealth(t *testing.T) {
	var out, errs strings.Builder
	f := &followed{watch: &watch{View: View{Out: &out, Errs: &errs}}, dir: "/m"}
	if err := f.take(client.Event{Kind: client.Hung, Err: client.ErrHung}); err != nil || errs.String() != "tunesfs: the mount at /m does not answer\n" {
		t.Errorf("%q, %v", errs.String(), err)
	}
	if err := f.take(client.Event{Kind: client.Gone, Err: client.ErrGone}); err != errGone || f.watch.died.Load() {
		t.Errorf("of a mount that was unmounted: %v", err)
	}
	if err := f.take(client.Event{Kind: client.Unfollowed, Err: client.ErrNoProgram}); err != client.ErrNoProgram {
		t.Errorf("without a program: %v", err)
	}
}
