package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

var (
	sunday   = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	monday   = sunday.AddDate(0, 0, 1)
	httpDate = sunday.Format("Mon, 02 Jan 2006 15:04:05") + " GMT"
)

// TestTrust says how far a version of ten bytes can be trusted.
func TestTrust(t *testing.T) {
	dated := claim.Claim{Size: 10, Modified: sunday, Listing: 1}
	silent := claim.Claim{Size: -1, Listing: 1}
	whole, part := ranges.Set{{Start: 0, End: 10}}, ranges.Set{{Start: 0, End: 8}}
	weak := validator.Validator{Size: 10, Asked: true}
	for name, test := range map[string]struct {
		v       validator.Validator
		held    ranges.Set
		own     claim.Claim
		checked time.Time
		listed  claim.Claim
		want    trust
	}{
		"never asked":                   {v: validator.Validator{Size: 10}, own: claim.None, listed: dated, want: hearsay},
		"the listing that it came by":   {v: strong, own: dated, listed: dated, want: confirmed},
		"a later one, which agrees":     {v: strong, own: dated, listed: claim.Claim{Size: 10, Modified: sunday, Listing: 2}, want: confirmed},
		"a later one, another size":     {v: strong, own: dated, listed: claim.Claim{Size: 11, Modified: sunday, Listing: 2}, want: contradicted},
		"a later one, another time":     {v: strong, own: dated, listed: claim.Claim{Size: 10, Modified: monday, Listing: 2}, want: contradicted},
		"a later one, nothing told":     {v: strong, own: dated, listed: silent, want: unconfirmed},
		"a record of old":               {v: strong, own: claim.None, listed: dated, want: confirmed},
		"a size that the server denies": {v: strong, own: claim.Claim{Size: 12}, listed: claim.Claim{Size: 12}, want: confirmed},
		"within the TTL":                {v: strong, own: silent, checked: sunday.Add(-59 * time.Minute), listed: silent, want: confirmed},
		"after the TTL":                 {v: strong, own: silent, checked: sunday.Add(-time.Hour), listed: silent, want: unconfirmed},
		"never noted when":              {v: strong, own: silent, listed: silent, want: unconfirmed},
		"by a clock years ahead":        {v: strong, own: silent, checked: sunday.AddDate(10, 0, 0), listed: silent, want: confirmed},
		"by a clock years behind":       {v: strong, own: silent, checked: sunday.AddDate(-10, 0, 0), listed: silent, want: unconfirmed},
		"after the TTL, told":           {v: strong, own: dated, listed: dated, want: confirmed},
		"refreshed by hand":             {v: strong, own: dated, listed: claim.Claim{Size: 10, Listing: 2, Refreshed: 2}, want: unconfirmed},
		"refreshed, and asked since":    {v: strong, own: claim.Claim{Size: 10, Refreshed: 2}, listed: claim.Claim{Size: 10, Listing: 3, Refreshed: 2}, want: confirmed},
		"refreshed, and another size":   {v: strong, own: dated, listed: claim.Claim{Size: 11, Listing: 2, Refreshed: 2}, want: contradicted},
		"in part":                       {v: strong, held: part, own: silent, listed: silent, want: unconfirmed},
		"in part, without a validator":  {v: weak, held: part, own: silent, listed: silent, want: unconfirmed},
		"whole, without a validator":    {v: weak, held: whole, own: silent, listed: silent, want: unconfirmed},
	} {
		c := content{validator: test.v, held: test.held, fresh: fresh{test.own, test.checked, claim.None}}
		if c.held == nil {
			c.held = whole
		}
		if got := c.trust(test.listed, sunday, time.Hour); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestHear says what a content makes of what listings tell.
func TestHear(t *testing.T) {
	dated := validator.Validator{Size: 10, Modified: httpDate, Asked: true}
	for name, test := range map[string]struct {
		v           validator.Validator
		own, listed claim.Claim
		size        int64 // that is shown
		modified    time.Time
		trust       trust
	}{
		"a size, where none was known":             {validator.Unknown, claim.None, claim.Claim{Size: 5}, 5, time.Time{}, hearsay},
		"another size":                             {validator.Validator{Size: 10}, claim.None, claim.Claim{Size: 5, Modified: monday}, 5, monday, hearsay},
		"no size any more":                         {validator.Validator{Size: 10}, claim.None, claim.Claim{Size: -1, Listing: 2}, -1, time.Time{}, hearsay},
		"a record of old":                          {dated, claim.None, claim.Claim{Size: 7, Modified: monday}, 10, sunday, unconfirmed},
		"a record of old, which it agrees with":    {dated, claim.None, claim.Claim{Size: 10, Modified: sunday}, 10, sunday, confirmed},
		"another time":                             {dated, claim.Claim{Size: -1, Modified: sunday}, claim.Claim{Size: -1, Modified: monday}, -1, monday, contradicted},
		"another size than the server":             {dated, claim.Claim{Size: 10}, claim.Claim{Size: 5, Modified: monday}, 5, monday, contradicted},
		"what the server said":                     {dated, claim.Claim{Size: 5, Modified: monday}, claim.Claim{Size: 10, Modified: sunday}, 10, sunday, confirmed},
		"what the server said, but for the digest": {dated, claim.Claim{Size: 5, Digest: "md5:0"}, claim.Claim{Size: 10, Modified: sunday, Digest: "md5:1"}, 10, sunday, contradicted},
		"a wrong size from the start":              {dated, claim.Claim{Size: 5, Modified: monday}, claim.Claim{Size: 5, Modified: monday}, 10, sunday, confirmed},
		"its size, at another time":                {dated, claim.Claim{Size: 5, Modified: sunday}, claim.Claim{Size: 10, Modified: monday}, 10, monday, contradicted},
	} {
		c := content{validator: test.v, fresh: fresh{claim: test.own, denied: claim.None}}
		c.hear(test.listed)
		size, modified := c.shown(test.listed)
		if got := c.trust(test.listed, sunday, 0); size != test.size || !modified.Equal(test.modified) || got != test.trust {
			t.Errorf("%s: %d bytes of %v, %v", name, size, modified, got)
		}
	}
	c := content{validator: strong, fresh: none}
	c.hear(claim.Claim{Size: strong.Size})
	c.hear(claim.Claim{Size: strong.Size, Modified: sunday})
	if !c.contradicted(claim.Claim{Size: strong.Size, Modified: monday}) {
		t.Error("a time that a later listing told first is not compared")
	}
}

// TestHearDenied drops the bytes of a version that took the place of a listed one, and
// nothing proves that it is still there: the listing tells neither its size nor its time,
// until a later one tells the same.
func TestHearDenied(t *testing.T) {
	listed := claim.Claim{Size: 10, Modified: sunday, Listing: 1}
	c := &content{validator: strong, fresh: fresh{claim: listed, denied: claim.None}}
	c = c.replaced(validator.Validator{Size: 12, Modified: httpDate, Asked: true})
	c.hear(listed)
	if size, modified := c.shown(listed); size != -1 || !modified.IsZero() {
		t.Errorf("a denied claim is shown: %d bytes of %v", size, modified)
	}
	listed.Listing = 2
	c.hear(listed)
	if size, modified := c.shown(listed); size != 10 || !modified.Equal(sunday) {
		t.Errorf("a claim that was told again: %d bytes of %v", size, modified)
	}
}
