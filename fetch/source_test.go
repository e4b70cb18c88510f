package fetch

import (
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// The URL that is shown is that of the last location, and has none of its secrets.
func TestShownURL(t *testing.T) {
	const secret = "https://ann:hush@host.test/a%20b.mp3?sig=hush#hush"
	expired := fmt.Errorf("a request: %w", fault.NewStatusError(403, 0))
	for name, tt := range map[string]struct {
		change func(*source)
		want   string
	}{
		"nothing known":            {func(*source) {}, ""},
		"from a listing":           {func(s *source) { s.suggest(Location{URL: secret}, true) }, "https://host.test/a%20b.mp3"},
		"from the catalog":         {func(s *source) { s.move(Location{URL: secret}) }, "https://host.test/a%20b.mp3"},
		"no URL":                   {func(s *source) { s.move(Location{URL: "http://%zz"}) }, ""},
		"from a record":            {func(s *source) { s.recall("http://old.test/a", false) }, "http://old.test/a"},
		"from a record, exact":     {func(s *source) { s.recall("http://old.test/a", true) }, "http://old.test/a"},
		"from a listing, later":    {func(s *source) { s.recall("http://old.test/a", true); s.suggest(Location{URL: secret}, true) }, "https://host.test/a%20b.mp3"},
		"from a listing, no later": {func(s *source) { s.move(Location{URL: "http://new.test/a"}); s.suggest(Location{URL: secret}, true) }, "http://new.test/a"},
		"from a listing, moved": {func(s *source) {
			s.suggest(Location{URL: "http://old.test/a"}, true)
			s.suggest(Location{URL: secret}, true)
		}, "https://host.test/a%20b.mp3"},
		"from an older listing": {func(s *source) {
			s.suggest(Location{URL: secret}, true)
			s.suggest(Location{URL: "http://old.test/a"}, false)
		}, "https://host.test/a%20b.mp3"},
		"from a record, too late": {func(s *source) { s.move(Location{URL: secret}); s.recall("http://old.test/a", true) }, "https://host.test/a%20b.mp3"},
		"expired":                 {func(s *source) { s.move(Location{URL: secret}); s.expire(s.location, expired) }, "https://host.test/a%20b.mp3"},
	} {
		var s source
		tt.change(&s)
		recorded, _, _ := s.recordable()
		if s.publicURL != tt.want || recorded != tt.want {
			t.Errorf("%s: %q is shown and %q recorded, want %q", name, s.publicURL, recorded, tt.want)
		}
	}
}

// Status parses no URL: it costs no memory, whatever the URL.
func TestStatusIsCheap(t *testing.T) {
	for _, modified := range []string{"", "Mon, 02 Jan 2006 15:04:05 GMT"} {
		d := &Download{content: &content{validator: validator.Validator{Size: -1, Modified: modified}}}
		d.source.move(Location{URL: "https://ann:hush@host.test/a%20b.mp3?sig=hush"})
		if n := testing.AllocsPerRun(100, func() { _ = d.Status() }); n > 0 {
			t.Errorf("each Status of a file modified %q allocates %v times", modified, n)
		}
	}
}
