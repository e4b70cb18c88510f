package claim

import (
	"testing"
	"time"
)

func TestContradicts(t *testing.T) {
	at := time.Date(2026, 3, 4, 12, 34, 56, 789e6, time.UTC)
	md5, other := "md5:00000000000000000000000000000000", "md5:11111111111111111111111111111111"
	for name, c := range map[string]struct {
		a, b Claim
		want bool
	}{
		"nothing told":              {None, None, false},
		"one tells nothing":         {Claim{Size: 5, Modified: at, Digest: md5}, None, false},
		"equal":                     {Claim{Size: 5, Modified: at, Digest: md5}, Claim{Size: 5, Modified: at, Digest: md5}, false},
		"sizes":                     {Claim{Size: 5}, Claim{Size: 6}, true},
		"an empty file has a size":  {Claim{Size: 0}, Claim{Size: 6}, true},
		"within a second":           {Claim{Size: -1, Modified: at}, Claim{Size: -1, Modified: at.Add(200 * time.Millisecond)}, false},
		"the next second":           {Claim{Size: -1, Modified: at}, Claim{Size: -1, Modified: at.Add(time.Second)}, true},
		"within the coarser minute": {Claim{Size: -1, Modified: at.Truncate(time.Minute), Precision: time.Minute}, Claim{Size: -1, Modified: at}, false},
		"the next minute":           {Claim{Size: -1, Modified: at, Precision: time.Minute}, Claim{Size: -1, Modified: at.Add(4 * time.Second)}, true},
		"another zone":              {Claim{Size: -1, Modified: at}, Claim{Size: -1, Modified: at.In(time.FixedZone("", 3600))}, false},
		"an older time":             {Claim{Size: -1, Modified: at}, Claim{Size: -1, Modified: at.AddDate(-10, 0, 0)}, true},
		"digests":                   {Claim{Size: -1, Digest: md5}, Claim{Size: -1, Digest: other}, true},
		"digests of two algorithms": {Claim{Size: -1, Digest: md5}, Claim{Size: -1, Digest: "sha1:" + md5[4:] + "00000000"}, false},
		"same size, another time":   {Claim{Size: 5, Modified: at}, Claim{Size: 5, Modified: at.Add(time.Hour)}, true},
		"same digest, another size": {Claim{Size: 5, Digest: md5}, Claim{Size: 6, Digest: md5}, true},
	} {
		if got := c.a.Contradicts(c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := c.b.Contradicts(c.a); got != c.want {
			t.Errorf("%s, the other way: %v", name, got)
		}
	}
}

func TestNext(t *testing.T) {
	at := time.Unix(1e9, 0)
	known := Claim{Size: 5, Modified: at, Listing: 7, Refreshed: 3}
	for name, c := range map[string]struct{ told, want Claim }{
		"a later listing":                       {Claim{Size: 6, Listing: 8}, Claim{Size: 6, Listing: 8, Refreshed: 3}},
		"a later listing that tells no size":    {Claim{Size: -1, Listing: 8}, Claim{Size: -1, Listing: 8, Refreshed: 3}},
		"an earlier listing":                    {Claim{Size: 6, Digest: "md5:0", Listing: 6}, known},
		"an earlier listing, refreshed since":   {Claim{Size: 6, Listing: 6, Refreshed: 9}, Claim{Size: 5, Modified: at, Listing: 7, Refreshed: 9}},
		"the same listing":                      {Claim{Size: 6, Listing: 7}, Claim{Size: 6, Modified: at, Listing: 7, Refreshed: 3}},
		"the same listing, which tells nothing": {Claim{Size: -1, Listing: 7}, known},
	} {
		if got := known.Next(c.told); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestTells(t *testing.T) {
	for _, c := range []Claim{{Size: 0}, {Size: -1, Modified: time.Unix(1, 0)}, {Size: -1, Digest: "md5:0"}} {
		if !c.Tells() {
			t.Errorf("%+v tells nothing", c)
		}
	}
	if None.Tells() {
		t.Error("no listing tells something")
	}
}
