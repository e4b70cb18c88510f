package catalog

import (
	"math"
	"strings"
	"testing"
)

func TestSanitizedTags(t *testing.T) {
	sum := strings.Repeat("0a", 16)
	for name, test := range map[string]struct{ tags, want Tags }{
		"good":       {Tags{"Various", 1, 2, 320_000, sum}, Tags{"Various", 1, 2, 320_000, sum}},
		"nothing":    {Tags{}, Tags{}},
		"negative":   {Tags{Track: -1, Disc: -1, BitRate: -1}, Tags{}},
		"too much":   {Tags{Track: 10_000, Disc: 10_000, BitRate: 100_000_001}, Tags{}},
		"two lines":  {Tags{AlbumArtist: "a\nb\u202e"}, Tags{AlbumArtist: "a b"}},
		"no digest":  {Tags{MD5: "0a"}, Tags{}},
		"upper case": {Tags{MD5: strings.ToUpper(sum)}, Tags{}},
	} {
		if got := test.tags.Sanitized(); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestNumbersOfServices(t *testing.T) {
	for n, want := range map[int64]int{1: 1, 9999: 9999, 0: 0, -1: 0, 10_000: 0, math.MaxInt64: 0, math.MinInt64: 0} {
		if got := Position(n); got != want {
			t.Errorf("number %d is %d, want %d", n, got, want)
		}
	}
	for kilobits, want := range map[float64]int{128: 128_000, 901.5: 901_500, 0: 0, -1: 0, 1e9: 0, math.Inf(1): 0} {
		if got := BitRate(kilobits); got != want {
			t.Errorf("rate %v is %d, want %d", kilobits, got, want)
		}
	}
	if got := BitRate(math.NaN()); got != 0 {
		t.Errorf("no number is %d", got)
	}
}

func TestDigests(t *testing.T) {
	sha1, md5 := strings.Repeat("0a", 20), strings.Repeat("0b", 16)
	for s, want := range map[string]bool{
		"sha1:" + sha1: true, "md5:" + md5: true, "": false, ":": false, "sha1:": false, "sha256:": false,
		"md5:" + sha1: false, "sha1:" + strings.ToUpper(sha1): false, "md5:" + strings.Repeat("x", 32): false,
	} {
		if got := IsDigest(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	both := Track{Digest: "sha1:" + sha1, Tags: Tags{MD5: md5}}
	if both.DigestOf(SHA1) != sha1 || both.DigestOf(MD5) != md5 {
		t.Errorf("of both: %q, %q", both.DigestOf(SHA1), both.DigestOf(MD5))
	}
	if one := (Track{Digest: "md5:" + md5}); one.DigestOf(SHA1) != "" || one.DigestOf(MD5) != md5 {
		t.Errorf("of one: %q, %q", one.DigestOf(SHA1), one.DigestOf(MD5))
	}
}
