package events

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// A size that is not known yet is null.
func TestEncode(t *testing.T) {
	known := fetch.Status{Key: "1", State: fetch.Paused, Size: 2_000_000, Held: 300_000}
	unknown := fetch.Status{Key: "2", State: fetch.Failed, Size: -1}
	got, err := Encode([]Line{NewLine(known, "a & b/c.m4a", "", "cat (7)"), NewLine(unknown, "", "gone", "")})
	const want = `{"id":"1","path":"a & b/c.m4a","state":"paused","size":2000000,"held":300000,"progress":"15.0% of 2 MB","waiting":"cat (7)"}
{"id":"2","state":"failed","size":null,"held":0,"progress":"Zero KB of unknown size","error":"gone"}
`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}
