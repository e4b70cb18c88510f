package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// TestShown says which size and which time belong together.
func TestShown(t *testing.T) {
	listing := claim.Claim{Size: 10, Modified: sunday, Listing: 1}
	later := claim.Claim{Size: 12, Modified: monday, Listing: 2}
	again := claim.Claim{Size: 10, Modified: sunday, Listing: 2}
	untold := claim.Claim{Size: -1, Modified: monday, Listing: 1}
	alike := claim.Claim{Size: 10, Modified: monday, Listing: 2}
	size := func(n int64) validator.Validator { return validator.Validator{Size: n, Asked: true} }
	dated := func(n int64) validator.Validator {
		return validator.Validator{Size: n, Modified: httpDate, Asked: true}
	}
	for name, test := range map[string]struct {
		v                   validator.Validator
		own, denied, listed claim.Claim
		size                int64
		modified            time.Time
	}{
		"as listed":                           {size(10), listing, claim.None, listing, 10, sunday},
		"another size, without a date":        {size(12), listing, claim.None, listing, 12, time.Time{}},
		"another size, and a listing of it":   {size(12), claim.None, listing, later, 12, monday},
		"of the same size, without a date":    {size(10), listing, listing, listing, 10, time.Time{}},
		"of the same size, and a listing":     {size(10), claim.None, listing, alike, 10, monday},
		"of the same size, and listed again":  {size(10), claim.None, listing, again, 10, sunday},
		"of the same size, with a date":       {dated(10), alike, alike, alike, 10, sunday},
		"one before it told nothing":          {size(10), listing, claim.Claim{Size: -1, Listing: 1}, listing, 10, sunday},
		"an end that nobody knows, replaced":  {size(-1), listing, listing, listing, -1, time.Time{}},
		"an end that nobody knows, the first": {size(-1), listing, claim.None, listing, -1, time.Time{}},
		"an end that nobody knows, no size":   {size(-1), untold, claim.None, untold, -1, monday},
	} {
		c := content{validator: test.v, fresh: fresh{claim: test.own, denied: test.denied}}
		if n, at := c.shown(test.listed); n != test.size || !at.Equal(test.modified) {
			t.Errorf("%s: %d bytes of %v", name, n, at)
		}
	}
}

// TestReplacedBeforeListed has a version take the place of one that a listing still
// tells of, at servers of all kinds, and asks for size and time in the next session,
// too, and after the listing has told of it.
func TestReplacedBeforeListed(t *testing.T) {
	for kind := range kinds {
		for _, size := range []int64{300_000, 200_000, 450_000} {
			bubble(t, func(f *fixture) {
				f.hand("a", 1, 300_000, sunday)
				f.readAll("a")
				old := ofKind(kind, size)
				old.Content, old.Modified = fetchtest.Random(9, size), monday
				f.origin.Put(old)
				want := monday
				if old.NoModified {
					want = time.Time{}
				}
				d := f.Download(Remote{Key: "a", Size: 300_000, Modified: sunday, Listing: 1, Refreshed: 2}) // asks
				f.validate(d)
				f.readAll("a")
				f.control(d, Start)
				f.untilState(d, Complete)
				f.shows(d, Complete, size, want)
				f.reopen()
				d = f.listed("a", 1, 300_000, sunday)
				f.shows(d, Complete, size, want)
				d = f.hand("a", 3, size, monday)
				f.validate(d)
				f.readAll("a")
				f.untilState(d, Complete)
				f.shows(d, Complete, size, monday)
			}, ofKind(kind, 300_000))
		}
	}
}
