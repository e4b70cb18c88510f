package subsonic

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// Lyrics are listed where they were asked for and the server has some, at no
// cost but that of asking once what the server can do.
func TestLyricsAreListed(t *testing.T) {
	for _, c := range []struct {
		extension string
		lyrics    bool
		want      []string
	}{
		{"songLyrics", true, []string{"01 - The Entertainer.mp3", "02 - The Easy Winners.mp3",
			"01 - The Entertainer.lrc", "02 - The Easy Winners.lrc", "cover.jpg"}},
		{"songLyrics", false, []string{"01 - The Entertainer.mp3", "02 - The Easy Winners.mp3", "cover.jpg"}},
		{"formPost", true, []string{"01 - The Entertainer.mp3", "02 - The Easy Winners.mp3", "cover.jpg"}},
	} {
		lib := &server{responses: library(), extensions: []string{c.extension}}
		wantEqual(t, c.extension, names(t, source(t, lib, Options{Lyrics: c.lyrics}), "album:al-1"), c.want...)
		wantEqual(t, "calls", lib.calls(), "getAlbum al-1")
	}
}

func TestLyrics(t *testing.T) {
	plain := object{"lang": "und", "synced": false, "line": []object{{"value": "la\nla"}, {"value": " di"}}}
	synced := object{"lang": "eng", "offset": -100, "synced": true, "line": []object{
		{"start": 0, "value": "la"}, {"start": "62345", "value": ""}, {"start": 6_000_000, "value": "x"}, {"start": -5},
	}}
	for name, c := range map[string]struct {
		all  any
		want string
	}{
		"none":      {nil, "\n"},
		"plain":     {[]object{plain}, "la la\ndi\n"},
		"synced":    {[]object{plain, synced}, "[offset:-100]\n[00:00.00]la\n[01:02.34]\n[100:00.00]x\n[00:00.00]\n"},
		"no lines":  {[]object{{"synced": true}}, "\n"},
		"no object": {"x", "\n"},
	} {
		lib := &server{responses: map[string]any{"getLyricsBySongId?so/1": object{"lyricsList": object{"structuredLyrics": c.all}}}}
		at, err := source(t, lib, Options{}).Locate(t.Context(), "lyrics:so/1")
		if err != nil || string(at.Content) != c.want || !strings.HasSuffix(at.URL, "/music/rest/getLyricsBySongId") {
			t.Errorf("%s: %q at %s, %v", name, at.Content, at.URL, err)
		}
	}
	endless := object{"line": slices.Repeat([]object{{"value": strings.Repeat("la ", 300)}}, 300)}
	lib := &server{responses: map[string]any{"getLyricsBySongId?so/1": object{"lyricsList": object{"structuredLyrics": []object{endless}}}}}
	if _, err := source(t, lib, Options{}).Locate(t.Context(), "lyrics:so/1"); !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("lyrics of 270 kB: %v", err)
	}
	if _, err := source(t, &server{}, Options{}).Locate(t.Context(), "lyrics:9"); !errors.Is(err, catalog.ErrNotFound) {
		t.Error(err)
	}
}
