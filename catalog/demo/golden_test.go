//go:build !race

// The race detector makes a dozen recordings a long wait, and there is nothing
// here for it to find.

package demo

import "testing"

// golden are the ETags, hashes of the bytes, of every recording. They are the
// same on every machine and from one version to the next: a download that was
// broken off goes on. Whoever changes a sound on purpose changes the tune's
// I:released too, and the line here.
var golden = map[string]string{
	"ode-to-joy":       `"a83eea1287d43eb95f41da9e07ffbc14"`,
	"greensleeves":     `"393b2ce79ee192a93a6daab351d13874"`,
	"minuet-in-g":      `"85e2fa1b3af9904d01b40b6231828cbb"`,
	"fur-elise":        `"c8100109ac81724e766cbe57ee7d8196"`,
	"frere-jacques":    `"343d28e03b4082c5481e15f4006d6c0a"`,
	"ah-vous-dirai-je": `"509576366d5a8482261b298ba9a3b325"`,
	"amazing-grace":    `"444bd7f3d94744dca9eedfe9b46559de"`,
	"korobeiniki":      `"2d0bb024ed03cfc09a671be0d4c7f887"`,
	"auld-lang-syne":   `"6e152c2759ebb8052d6409c2d390b7f9"`,
	"canon-in-d":       `"a007d2b172a14169d2158ac0e2247270"`,
	"prelude-in-c":     `"58cf41e701bde42e2c0528a9db324dfa"`,
	"jingle-bells":     `"3def8ddcc25d2fc62321b769dd41d54d"`,
}

func TestGolden(t *testing.T) {
	l, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, tune := range l.tunes {
		r, err := l.recording(t.Context(), tune)
		if err != nil {
			t.Fatal(err)
		}
		total += len(r.wav)
		if r.etag != golden[tune.slug] {
			t.Errorf("%q: `%s`,", tune.slug, r.etag)
		}
		if len(r.wav) < 2<<20 || len(r.wav) > 5<<20 {
			t.Errorf("%s has %d bytes", tune.slug, len(r.wav))
		}
	}
	if len(l.tunes) != len(golden) || total > 50<<20 {
		t.Errorf("%d tunes, %d bytes together", len(l.tunes), total)
	}
}
