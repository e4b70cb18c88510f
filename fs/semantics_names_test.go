package fs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// testNames lists the songs of a table, in its order, and compares their names.
func testNames(t *testing.T, table table) {
	w := newWorld(t, 100_000)
	var songs []song
	var want []string
	for i, row := range table.rows {
		songs = append(songs, song{TrackID: 100 + i, Artist: quoted(t, row[0]), Title: quoted(t, row[1]), URL: w.origin.URL("SOS.m4a")})
		want = append(want, quoted(t, row[2]))
	}
	w.service.respond("names", songs...)
	w.mount()
	w.sh(`mkdir "$M/names"`)
	listed := strings.Split(strings.Trim(w.sh(`cd "$M/names" && ls >/dev/null && printf '%s\0' *`), "\x00"), "\x00")
	if sorted := slices.Sorted(slices.Values(want)); !slices.Equal(slices.Sorted(slices.Values(listed)), sorted) {
		t.Errorf("listed are\n%q\nwant\n%q", listed, sorted)
	}
	for i, name := range want {
		if got := w.sh(fmt.Sprintf(`getfattr --absolute-names --only-values -n user.tunesfs.id "$M/names/"'%s'`, shellQuoted(name))); got != strconv.Itoa(100+i) {
			t.Errorf("semantics.md:%d: %q is %s", table.line+2+i, name, got)
		}
	}
	w.expect(`cd "$M/names" && for f in *.m4a; do
		cat -- "$f" | wc -c; cat -- "$f.progress" "$f.pause" >/dev/null || exit; grep -qxF -e "$f" -e "./$f" playlist.m3u8 || echo "$f"
		done | sort -u`, "100000")
}

// testQueries makes the searches of a table, and compares the names that are
// listed and what the catalog is asked.
func testQueries(t *testing.T, table table) {
	w := mounted(t, 1000)
	for i, row := range table.rows {
		name, want := quoted(t, row[0]), row[1]
		got := w.tries(self, "mkdir", name)
		if strings.HasPrefix(want, "E") {
			if got != want {
				t.Errorf("semantics.md:%d: %s", table.line+2+i, got)
			}
			continue
		}
		if got != "-" {
			t.Errorf("semantics.md:%d: %s", table.line+2+i, got)
			continue
		}
		if term := <-w.service.arrived; term != quoted(t, want) {
			t.Errorf("semantics.md:%d: the catalog is asked for %q", table.line+2+i, term)
		}
		w.expect(`ls -A "$M"`, name)
		w.expect(`ls -A "$M"/* && rmdir "$M"/*`, "")
	}
}

// shellQuoted is a text as it stands between single quotes.
func shellQuoted(s string) string { return strings.ReplaceAll(s, "'", `'\''`) }

// quoted reads texts in quotes, joined by + and repeated by ×.
func quoted(t *testing.T, cell string) string {
	t.Helper()
	var all strings.Builder
	for part := range strings.SplitSeq(cell, " + ") {
		text, times, _ := strings.Cut(plainText(part), " × ")
		n := 1
		if times != "" {
			n, _ = strconv.Atoi(times)
		}
		text, err := strconv.Unquote(text)
		if err != nil {
			t.Fatalf("%s: %v", part, err)
		}
		all.WriteString(strings.Repeat(text, n))
	}
	return all.String()
}
