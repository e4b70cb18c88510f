package fs

import (
	"fmt"

	"testing"
	"unicode"

	"github.com/tunesfs/tunesfs/catalog"
)

// Hundreds of searches can be made, listed, found again and removed.
func TestManySearches(t *testing.T) {
	const many = 500
	w := newWorld(t, 1000)
	for i := range many {
		w.service.respond(fmt.Sprintf("query %d", i), w.song(i+1, "SOS"))
	}
	w.mount()
	w.sh(fmt.Sprintf(`cd "$M" && seq -f 'query %%g' 0 %d | xargs -d '\n' mkdir`, many-1))
	w.expect(`ls "$M" | wc -l; ls "$M"/* | grep -c SOS; cat "$M/query 7/ABBA - SOS.m4a" | wc -c`, "500\n500\n1000")
	w.unmount()
	w.mount()
	w.expect(`ls "$M" | wc -l; ls "$M"/* | grep -c SOS; rmdir "$M"/*; ls -A "$M"`, "500\n500")
	if n := w.service.calls(); n != many {
		t.Errorf("%d calls for %d searches", n, many)
	}
}

// Every printable character can be searched for, and arrives as it was typed.
func TestPrintableSearches(t *testing.T) {
	w := mounted(t, 1000)
	names := printableNames()
	typed := w.command(`for name; do mkdir "$M/$name" || exit; done`)
	typed.Args = append(append(typed.Args, "sh"), names...)
	if out, err := typed.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	asked := map[string]bool{}
	for range names {
		asked[<-w.service.arrived] = true
	}
	for _, name := range names {
		query, err := catalog.Query(name)
		w.must(err)
		if !asked[catalog.SanitizeText(query)] {
			t.Errorf("%q does not arrive", query)
		}
	}
	w.expect(`ls -A "$M" | wc -l; ls -A "$M"/* | grep -vc '^$\|:$'; rmdir "$M"/*; ls -A "$M"`, fmt.Sprintf("%d\n0", len(names)))
}

// printableNames packs the printable characters of Latin, Greek, Cyrillic and a
// few other scripts, punctuation and pictures into as few names as hold them.
func printableNames() []string {
	names := []string{"x"}
	for r := rune(' '); r < 0x20000; r++ {
		if r == 0x1000 {
			r = 0x2010 // the blocks in between have letters only
		}
		if r == 0x3000 {
			r = 0x1F300 // pictures
		}
		if !unicode.IsPrint(r) || r == '/' {
			continue
		}
		last := &names[len(names)-1]
		if len(*last)+len(string(r)) > catalog.MaxName {
			names = append(names, "x")
			last = &names[len(names)-1]
		}
		*last += string(r)
	}
	return names
}

// The time of the root moves with the searches, so that a program that shows them sees that
// others have made or removed one.
func TestTimeOfRoot(t *testing.T) {
	w := mounted(t, 100_000)
	w.service.respond("one", w.song(1, "Waterloo"))
	for _, script := range []string{`mkdir "$M/one"`, `mv "$M/one" "$M/abba"`, `rmdir "$M/abba"`} {
		before := w.sh(`stat -c %.9Y "$M"`)
		if after := w.sh(script + `; stat -c %.9Y "$M"`); after <= before {
			t.Errorf("%s: the time was %s and is %s", script, before, after)
		}
	}
}
