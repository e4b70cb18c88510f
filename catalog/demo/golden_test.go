//go:build !race

// The race detector makes a dozen recordings a long wait, and there is nothing
// here for it to find.

package demo

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// The ETags are hashes of the bytes.
func TestGolden(t *testing.T) {
	l, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, tune := range l.tunes {
		wav, err := l.recording(t.Context(), t.Context(), tune)
		if err != nil {
			t.Fatal(err)
		}
		total += len(wav)
		sum := sha256.Sum256(wav)
		if etag := fmt.Sprintf(`"%x"`, sum[:16]); etag != etags[tune.slug] {
			t.Errorf("%q: `%s`,", tune.slug, etag)
		}
		if len(wav) < 2<<20 || len(wav) > 5<<20 || int64(len(wav)) != tune.size() {
			t.Errorf("%s has %d bytes, and is said to have %d", tune.slug, len(wav), tune.size())
		}
	}
	if len(l.tunes) != len(etags) || total > 50<<20 {
		t.Errorf("%d tunes, %d bytes together", len(l.tunes), total)
	}
}
