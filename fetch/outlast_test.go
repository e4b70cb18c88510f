package fetch

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestClaimOutlastsSession starts a download that gets no byte in its session. The next
// session brings the version that the listing told of. A listing of another one
// contradicts it then.
func TestClaimOutlastsSession(t *testing.T) {
	for _, size := range []int64{450_000, 300_000} {
		bubble(t, func(f *fixture) {
			f.origin.SetLink(fetchtest.Link{Down: true})
			f.control(f.listed("a", 1, 300_000, sunday), Start)
			f.reopen()
			f.origin.SetLink(fetchtest.Link{})
			f.untilState(f.download("a"), Complete)
			f.origin.Replace("a", fetchtest.Random(9, size))
			d := f.listed("a", 2, size, monday)
			f.shows(d, Idle, size, monday)
			f.validate(d)
			f.readAll("a")
			f.untilState(d, Complete)
			f.shows(d, Complete, size, monday)
		}, file("a", 300_000))
	}
}

// TestFirstClaim has a version come by no listing, and the first listing tell of another
// one: what is held is shown and served until the server was asked.
func TestFirstClaim(t *testing.T) {
	for _, size := range []int64{450_000, 300_000} {
		bubble(t, func(f *fixture) {
			f.readAll("a")
			f.untilState(f.download("a"), Complete)
			at := f.origin.File("a").Modified
			d := f.listed("a", 1, 300_000, at)
			if n := f.validate(d); n != 0 {
				t.Errorf("%d requests for what the listing tells, too", n)
			}
			f.close() // which keeps that it does
			f.dir = memoryDir(t)
			f.open()
			f.readAll("a")
			f.untilState(f.download("a"), Complete)
			f.origin.Replace("a", fetchtest.Random(9, size))
			later := f.origin.File("a").Modified
			if !later.After(at) {
				t.Fatalf("the second version is of %v, the first of %v", later, at)
			}
			d = f.listed("a", 1, size, later)
			f.shows(d, Complete, 300_000, at)
			f.validate(d)
			f.readAll("a")
			f.untilState(d, Complete)
			f.shows(d, Complete, size, later)
			if n := f.validate(d); n != 0 {
				t.Errorf("%d requests for what was confirmed", n)
			}
		}, file("a", 300_000))
	}
}

// TestDisputed says when the first listing and the server tell of different versions.
func TestDisputed(t *testing.T) {
	dated := validator.Validator{Size: 10, Modified: httpDate, Asked: true}
	for name, test := range map[string]struct {
		v                   validator.Validator
		own, denied, listed claim.Claim
		want                bool
	}{
		"the same":                      {dated, claim.None, claim.None, claim.Claim{Size: 10, Modified: sunday}, false},
		"another size":                  {dated, claim.None, claim.None, claim.Claim{Size: 7}, true},
		"another time":                  {dated, claim.None, claim.None, claim.Claim{Size: 10, Modified: monday}, true},
		"nothing told":                  {dated, claim.None, claim.None, claim.None, false},
		"no time of the server":         {validator.Validator{Size: 10, Asked: true}, claim.None, claim.None, claim.Claim{Size: 10, Modified: monday}, false},
		"a listing before":              {dated, claim.Claim{Size: 7}, claim.None, claim.Claim{Size: 7}, false},
		"the listing that was replaced": {dated, claim.None, claim.Claim{Size: 7}, claim.Claim{Size: 7}, false},
		"only a catalog told":           {validator.Validator{Size: 10}, claim.None, claim.None, claim.Claim{Size: 7}, false},
	} {
		c := content{validator: test.v, held: ranges.Set{{Start: 0, End: 10}}, fresh: fresh{claim: test.own, denied: test.denied}}
		if got := c.disputed(test.listed); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
