package subsonic

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestLocate(t *testing.T) {
	for _, c := range []struct {
		id, options, method, want string
	}{
		{"song:a/b c", "", "download", "format=raw&id=a%2Fb+c"},
		{"song:1", "get=stream", "stream", "format=raw&id=1"},
		{"song:1", "bitrate=128", "stream", "format=mp3&id=1&maxBitRate=128"},
		{"song:1", "bitrate=96&format=opus", "stream", "format=opus&id=1&maxBitRate=96"},
		{"cover:al-1", "bitrate=128", "getCoverArt", "id=al-1"},
	} {
		query, _ := url.ParseQuery(c.options)
		opt, err := ParseOptions(query)
		if err != nil {
			t.Fatal(err)
		}
		opt.Auth = authToken // nothing to find out
		lib := &server{}
		at, err := source(t, lib, opt).Locate(t.Context(), c.id)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(at.URL)
		q := u.Query()
		if q.Get("t") != token(testSecret, q.Get("s")) || q.Get("u") != testUser || q.Get("c") != "tunesfs" {
			t.Errorf("%s: not signed: %s", c.id, at.URL)
		}
		for _, name := range []string{"u", "t", "s", "c", "v", "f"} {
			q.Del(name)
		}
		if u.Path != "/music/rest/"+c.method || q.Encode() != c.want || strings.Contains(at.URL, testSecret) || len(at.Header) > 0 {
			t.Errorf("%s?%s: %s, want %s?%s", c.id, c.options, at.URL, c.method, c.want)
		}
		if len(lib.gone) > 0 {
			t.Errorf("%s: asked %v", c.id, lib.gone)
		}
	}
}

func TestLocateUnknown(t *testing.T) {
	for _, id := range []string{"", "1", "song:", "album:1", "song:" + strings.Repeat("x", 2000)} {
		if _, err := source(t, &server{}, Options{}).Locate(t.Context(), id); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%.20q: %v", id, err)
		}
	}
}

// What is encoded anew has a length and a kind that are not the file's.
func TestTranscoded(t *testing.T) {
	l, err := source(t, &server{responses: library()}, Options{Bitrate: 64, Format: "opus"}).List(t.Context(), "album:al-1")
	if err != nil {
		t.Fatal(err)
	}
	if x := l.Tracks[0]; x.Size != -1 || x.Ext != ".opus" || x.Type != "audio/opus" {
		t.Errorf("%+v", x)
	}
	if x := l.Tracks[2]; x.File != "cover.jpg" || x.Ext != "" {
		t.Errorf("%+v", x)
	}
}

func TestExplain(t *testing.T) {
	s := newSource(t, Options{Base: "http://host/"})
	for head, want := range map[string]error{
		"":        catalog.ErrBadResponse,
		" \r\n":   catalog.ErrBadResponse,
		"ID3\x04": nil,
		"{":       nil,
		"<html>":  nil,
		`{"subsonic-response":{"status":"failed","error":{"code":70,"message":"gone"}}}`:                             catalog.ErrNotFound,
		`{"subsonic-response":{"status":"failed","error":{"code":50,"message":"no"}}}`:                               catalog.ErrDenied,
		`{"subsonic-response":{"status":"ok"}}`:                                                                      catalog.ErrBadResponse,
		`{"subsonic-response":{"status":"fai`:                                                                        catalog.ErrBadResponse,
		`<?xml version="1.0"?>` + "\n" + `<subsonic-response status="failed"><error code="40"/></subsonic-response>`: catalog.ErrDenied,
		`<subsonic-response status="failed"><error code="70" message="` + strings.Repeat("x", 5000):                  catalog.ErrBadResponse,
	} {
		err := s.Explain([]byte(head))
		if want == nil && err != nil || !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", head, err, want)
		}
	}
}
