package fs

import (
	"fmt"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Names are found however their accents are written, whichever form is shown, and
// whichever was looked up before. What is removed by one form is gone in both.
func TestNamesInEitherForm(t *testing.T) {
	for _, made := range []norm.Form{norm.NFC, norm.NFD} {
		t.Run(fmt.Sprint(made), func(t *testing.T) {
			w := newWorld(t, 1000)
			w.service.respond("Björk", w.song(1, "Jóga"), w.song(2, "SOS"))
			w.addFile(fetchtest.File{Name: "Jóga.m4a", Content: fetchtest.Random(7, 1000)})
			w.mount()
			made := made.String("Björk")
			w.sh(`mkdir "$M/` + made + `"; ls "$M/` + made + `"`)
			for range 2 { // also after a remount
				for _, form := range []norm.Form{norm.NFD, norm.NFC, norm.NFD} {
					dir, track := form.String(`"$M/Björk`), form.String(`/ABBA - Jóga.m4a`)
					w.run([]step{
						{what: "the track", script: `cat ` + dir + track + `" | wc -c; stat -c %s ` + dir + track + `"`, prints: "1000\n1000"},
						{what: "its sidecar", script: `cat ` + dir + track + `.progress"`, prints: "100.0% of 1 KB"},
						{what: "its folder", script: `ls ` + dir + `" | wc -l; cd ` + dir + `" && ls | wc -l`, prints: "2\n2"},
						{what: "what is shown", script: `ls "$M"`, prints: made},
						{what: "it is there already", script: `mkdir ` + dir + `"`, fails: "File exists"},
					})
				}
				w.unmount()
				w.mount()
			}
			w.expect(`cd "$M/`+made+`"; stat -c %s `+norm.NFC.String(`"ABBA - Jóga.m4a"`)+` `+norm.NFD.String(`"ABBA - Jóga.m4a"`), "1000\n1000")
			w.sh(`rm "$M/` + made + norm.NFD.String(`/ABBA - Jóga.m4a"`))
			for _, form := range []norm.Form{norm.NFC, norm.NFD} {
				w.sh(`while stat "$M/` + made + form.String(`/ABBA - Jóga.m4a"`) + ` 2>/dev/null; do sleep 0.01; done`)
			}
			other := norm.NFC
			if made == norm.NFC.String(made) {
				other = norm.NFD
			}
			w.expect(`rmdir "$M/`+other.String("Björk")+`"; ls -A "$M"`, "")
			w.fails(`ls "$M/`+made+`"`, "No such file")
			w.unmount()
			w.mount()
			w.expect(`ls -A "$M"`, "")
		})
	}
}

// The same holds for folders of the catalog and what is in them, also where these
// were not listed yet.
func TestCatalogFoldersInEitherForm(t *testing.T) {
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		w := newWorld(t, 1000)
		w.index = true
		w.putFolder("", "Ünï/")
		w.putFolder("Ünï/", "Jóga.m4a")
		w.addFile(fetchtest.File{Name: "Ünï/Jóga.m4a", Content: fetchtest.Random(7, 1000)})
		w.mount()
		dir, file := form.String("Ünï"), form.String("Jóga.m4a")
		w.run([]step{
			{what: "a path", script: `cat "$M/` + dir + `/` + file + `" | wc -c`, prints: "1000"},
			{what: "its folder", script: `ls "$M/` + dir + `"`, prints: "Jóga.m4a"},
			{what: "removed", script: `rmdir "$M/` + dir + `"; ls "$M"`},
			{what: "by either name", script: `stat "$M/Ünï"`, fails: "No such file"},
		})
	}
}

// A name may be longer in NFD than any name in NFC.
func TestLongNameInNFD(t *testing.T) {
	w := mounted(t, 1000)
	long := ""
	for range 120 {
		long += "é"
	}
	w.service.respond(long, w.song(3, "SOS"))
	w.sh(`mkdir "$M/` + long + `"; ls "$M/` + long + `"`)
	w.expect(`cat "$M/`+norm.NFD.String(long)+`/ABBA - SOS.m4a" | wc -c`, "1000")
	w.sh(`rmdir "$M/` + long + `"`)
	w.fails(`mkdir "$M/`+norm.NFD.String(long)+`"`, "File name too long")
}
