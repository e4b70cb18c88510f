package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFileName(t *testing.T) {
	long := strings.Repeat("x", 4000)
	day := time.Date(2024, 1, 1, 23, 0, 0, 0, time.FixedZone("", -3600))
	for _, tt := range []struct {
		track    Track
		numbered bool
		want     string
	}{
		{Track{Artist: "Daft Punk", Title: "One More Time", Ext: ".m4a"}, false, "Daft Punk - One More Time.m4a"},
		{Track{Artist: "Daft Punk", Title: "One More Time", Ext: ".m4a", Number: 1}, true, "01 - One More Time.m4a"},
		{Track{Artist: "A", Title: "B", Ext: ".m4a", Number: 123}, true, "123 - B.m4a"},
		{Track{Artist: "A", Title: "B", Ext: ".m4a", Number: -1}, true, "A - B.m4a"},
		{Track{Artist: "A", Title: "B", Ext: ".mp3", Dated: true}, false, "A - B.mp3"},
		{Track{Artist: "A", Title: "B", Ext: ".mp3", Dated: true, Number: 7, Released: day}, true, "2024-01-02 - B.mp3"},
		{Track{Title: "B", Ext: ".MP3"}, false, "B.mp3"},
		{Track{Title: "B", Type: "audio/flac"}, false, "B.flac"},
		{Track{Title: "B", URL: "https://a/x.opus?y"}, false, "B.opus"},
		{Track{Title: "B", Ext: ".sh", Type: "text/x-shellscript"}, false, "B"},
		{Track{Title: "B", Ext: "/../../x"}, false, "B"},
		{Track{Artist: "AC/DC", Title: "T.N.T.", Ext: ".m4a"}, false, "AC∕DC - T.N.T..m4a"},
		{Track{Artist: "../../x", Title: "../../x"}, false, "∕..∕x - ..∕..∕x"},
		{Track{Artist: ".38 Special", Title: "...", Ext: ".mp3"}, false, "38 Special - ....mp3"},
		{Track{Title: "...", Ext: ".mp3"}, false, "Untitled.mp3"},
		{Track{Title: " . . "}, false, "Untitled"},
		{Track{}, false, "Untitled"},
		{Track{Artist: "A"}, false, "A - Untitled"},
		{Track{Artist: "\x00", Title: "a\x00b\nc\x7f"}, false, "a b c"},
		{Track{Title: "Fu\u0308r \xff"}, false, "Für \uFFFD"},
		{Track{Title: long, Ext: ".flac"}, false, long[:MaxTrackName-5] + ".flac"},
		{Track{Title: strings.Repeat("é", 2000), Ext: ".flac"}, false, strings.Repeat("é", 120) + ".flac"},
		{Track{Title: "Front", File: "cover.jpg", Ext: ".mp3"}, true, "cover.jpg"},
		{Track{File: "../../.bashrc"}, false, "∕..∕.bashrc"},
		{Track{File: ".jpg"}, false, "jpg"},
		{Track{File: "x." + long}, false, ("x." + long)[:MaxTrackName]},
		{Track{File: long[:1000] + ".jpg"}, false, long[:MaxTrackName-4] + ".jpg"},
		{Track{Title: long[:200] + strings.Repeat(" ", 100) + "y", Ext: ".mp3"}, false, long[:200] + " y.mp3"},
	} {
		if got := FileName(tt.track, tt.numbered); got != tt.want {
			t.Errorf("FileName(%.60q) = %q, want %q", tt.track.Artist+"|"+tt.track.Title, got, tt.want)
		}
	}
}

func TestFolderBase(t *testing.T) {
	for title, want := range map[string]string{
		"Discovery":               "Discovery",
		"":                        "Untitled",
		"..":                      "Untitled",
		".hidden":                 "hidden",
		"a/b":                     "a∕b",
		strings.Repeat("日", 1000): strings.Repeat("日", MaxTrackName/3),
	} {
		if got := FolderBase(Folder{Title: title}).Nth(1); got != want {
			t.Errorf("a folder called %.40q is %q, want %q", title, got, want)
		}
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]bool{
		"playlist.m3u8":     true,
		"x.m4a.pause":       true,
		"x.m4a.resume":      true,
		"x.m4a.cancel":      true,
		"x.m4a.progress":    true,
		"Playlist.m3u8":     false,
		"playlist.m3u8 (2)": false,
		"x.m4a":             false,
		"pause":             false,
	} {
		if got := Reserved(name); got != want {
			t.Errorf("Reserved(%q) = %v", name, got)
		}
	}
	for _, ending := range Sidecars {
		if MaxTrackName+len(ending) > MaxName {
			t.Errorf("%s does not fit beside a track", ending)
		}
	}
}

func TestQueryNames(t *testing.T) {
	for query, want := range map[string]string{
		"daft punk":  "daft punk",
		"AC/DC":      "AC∕DC",
		"Fu\u0308r":  "Für",
		"~x; rm -rf": "~x; rm -rf",
		"a.b":        "a.b",
	} {
		name, err := QueryName(query)
		if err != nil || name != want {
			t.Errorf("QueryName(%q) = %q, %v; want %q", query, name, err, want)
		}
		if back, err := Query(name); err != nil || back != norm.NFC.String(query) {
			t.Errorf("Query(%q) = %q, %v; want %q", name, back, err, query)
		}
	}
	for _, bad := range []string{"", " ", ".", "..", ".git", "a\x00b", "a\nb", "\xff", strings.Repeat("é", 128)} {
		if name, err := QueryName(bad); !errors.Is(err, ErrBadQuery) {
			t.Errorf("QueryName(%q) = %q, %v; want ErrBadQuery", bad, name, err)
		}
		if query, err := Query(bad); !errors.Is(err, ErrBadQuery) {
			t.Errorf("Query(%q) = %q, %v; want ErrBadQuery", bad, query, err)
		}
	}
}

// checkName fails the test if a name could leave its folder, surprise a
// program, or not be copied elsewhere.
func checkName(t *testing.T, name string) {
	t.Helper()
	switch {
	case name == "", len(name) > MaxTrackName:
		t.Errorf("a name of %d bytes", len(name))
	case !utf8.ValidString(name), !norm.NFC.IsNormalString(name):
		t.Errorf("%q is not NFC", name)
	case strings.HasPrefix(name, "."), strings.TrimSpace(name) != name:
		t.Errorf("%q starts with a dot or has spaces around it", name)
	case strings.Contains(name, "/"), strings.ContainsFunc(name, unicode.IsControl):
		t.Errorf("%q has a slash or control characters", name)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("Daft Punk", "One More Time", ".m4a", 1, true)
	f.Add("../../x", "..", "/x", 0, false)
	f.Add("\u0301", strings.Repeat("\u0301", 4000), ".mp3", -5, false)
	f.Add("\xff\x00", strings.Repeat("é", 4000), "", 1<<40, true)
	f.Fuzz(func(t *testing.T, artist, title, ext string, number int, numbered bool) {
		track := Track{Artist: artist, Title: title, Ext: ext, Number: number}
		name := FileName(track, numbered)
		checkName(t, name)
		if ext = knownExt(ext); !strings.HasSuffix(name, ext) {
			t.Errorf("%q has lost its extension %q", name, ext)
		}
		second := TrackBase(track, numbered).Nth(2)
		checkName(t, second)
		if !strings.HasSuffix(second, " (2)"+ext) {
			t.Errorf("the second %q is %q", name, second)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("AC∕DC")
	f.Add(" \u2000x")
	f.Add("\u0344/")
	f.Fuzz(func(t *testing.T, name string) {
		query, err := Query(name)
		if err != nil {
			return
		}
		again, err := QueryName(query)
		if err != nil {
			if len(strings.ReplaceAll(query, "/", slash)) <= MaxName {
				t.Errorf("%q is the query %q, which has no folder: %v", name, query, err)
			}
			return // normalising made it too long
		}
		if back, err := Query(again); err != nil || back != query {
			t.Errorf("%q is the query %q, whose folder %q is the query %q (%v)", name, query, again, back, err)
		}
		if strings.Contains(again, "/") || len(again) > MaxName {
			t.Errorf("%q is no file name", again)
		}
	})
}
