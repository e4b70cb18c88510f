package subsonic

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseOptions(t *testing.T) {
	query, _ := url.ParseQuery("auth=password&get=stream&bitrate=128&format=opus&limit=7&lyrics=yes")
	opt, err := ParseOptions(query)
	want := Options{Auth: authPassword, Get: byStream, Bitrate: 128, Format: "opus", Limit: 7, Lyrics: true}
	if err != nil || opt != want {
		t.Errorf("%+v, %v", opt, err)
	}
	for text, want := range map[string]string{
		"auth=none": "token or password", "get=head": "download or stream", "bitrate=1": "from 8", "bitrate=x": "from 8",
		"format=wav&bitrate=9": "mp3", "format=mp3": "bitrate", "limit=0": "from 1", "password=hush": "unknown option",
	} {
		query, _ := url.ParseQuery(text)
		if _, err := ParseOptions(query); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestNewNeeds(t *testing.T) {
	good := Options{Base: "https://host/", User: testUser, Secret: testSecret}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
	for _, base := range []string{"", "host", "ftp://host/", "https://u:hush@host/", "https://host/?p=hush"} {
		bad := good
		bad.Base = base
		if _, err := New(bad); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", base, err)
		}
	}
	good.Secret = ""
	if _, err := New(good); err == nil {
		t.Error("a library without a secret")
	}
}
