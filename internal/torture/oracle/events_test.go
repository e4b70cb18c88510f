package oracle

import (
	"strings"
	"testing"
)

func TestReplay(t *testing.T) {
	line := func(id, state string) string { return `{"id":"` + id + `","state":"` + state + "\"}\n" }
	for _, c := range []struct{ events, downloads, want string }{
		{"", "", ""},
		{line("1", "paused"), line("1", "paused"), ""},
		{line("1", "downloading") + line("1", "complete"), "", ""},
		{line("1", "downloading"), "", "lead to"},
		{"", line("1", "failed"), "lead to"},
		{line("1", "downloading") + line("1", "failed"), line("1", "downloading"), "lead to"},
		{line("1", "downloading") + "{\"lost\":true}\n", "", ""},
		{"{", "", "unexpected end"},
		{`{"id":"1","state":"paused","size":null}`, `{"id":"1","state":"paused","size":2000000}`, ""},
		{`{"id":"1","state":"paused","size":-1}`, "", "not null"},
	} {
		if got := Replay(c.events, c.downloads); got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%q, %q: %q", c.events, c.downloads, got)
		}
	}
}
