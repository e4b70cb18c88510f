//go:build linux

package main

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestPlantedCache has links, FIFOs and folders of others lie in the cache of a catalog:
// nothing that they lead to is changed, no mount hangs, and every byte is right.
func TestPlantedCache(t *testing.T) {
	t.Parallel()
	needTools(t, "mkfifo", "mountpoint", "timeout", "find")
	i := newIsland(t, fetchtest.Random(1, 100_000))
	for name, plant := range map[string]string{
		"links": `for f in source source.tmp lock public; do rm -f "$c/$f"; ln -s "$PWD/victim" "$c/$f"; done
find "$c" -name '*.data' -exec ln -sf "$PWD/victim" {} \;
find "$c" -name '*.json' -exec ln -sf "$PWD/victim" {}.tmp \;
find "$c/listings" -type f -exec ln -sf "$PWD/victim" {} \;`,
		"FIFOs": `for f in source lock; do rm -f "$c/$f"; mkfifo "$c/$f"; done
find "$c" -name '*.data' -exec rm {} \; -exec mkfifo {} \;
find "$c" -name '*.json' -exec rm {} \; -exec mkfifo {} \;`,
		"a folder that is a link": `mkdir away; for d in "$c"/??; do mv "$d" away/; ln -s "$PWD/away/${d##*/}" "$d"; done
find away -name '*.data' -exec cp victim {} \;; touch -d @1 away/*/*; find away/ -type f | sort | xargs cksum >before`,
		"listings that are a link": `mv "$c/listings" away; ln -s "$PWD/away" "$c/listings"; find away/ -type f | sort | xargs cksum >before; test -s before`,
		"listings of all users":    `chmod 777 "$c/listings"; ln -s "$PWD/$c/listings" away; find away/ -type f | sort | xargs cksum >before; test -s before`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t)
			s.env = append(s.env, "S=itunes+http://"+i.address+"/")
			s.sh(`cd "` + s.tmp + `"; head -c 300000 /dev/urandom >victim; chmod 600 victim; cp victim precious
mnt() { timeout 60 tunesfs mount --daemon --cache-dir "$PWD/C" "$S" "$M" --search ` + query + `; }
mnt; cat "$M"/*/*.m4a >first; test -s first; tunesfs unmount "$M"; c=$(echo C/*)
` + plant + `
mnt; timeout 60 cat "$M"/*/*.m4a >second; tunesfs unmount "$M"
cmp first second; cmp victim precious
if test -d away; then find away/ -type f | sort | xargs cksum | cmp before -; fi`)
		})
	}
	t.Run("of all users", func(t *testing.T) {
		t.Parallel()
		s := newSession(t)
		said := s.sh(`cd "` + s.tmp + `"; mkdir -m 777 C; chmod 777 C; ! timeout 20 tunesfs mount --cache-dir "$PWD/C" demo: "$M" 2>&1; ls -A C`)
		if !strings.Contains(said, "mend it by: chmod go-w "+s.tmp+"/C") || strings.Contains(said, "demo\n") {
			t.Errorf("it said %q", said)
		}
	})
}
