package mounts

import (
	"slices"
	"testing"
)

const sampleMountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
41 27 0:52 / /mnt/my\040tunes rw,nosuid,nodev shared:7 - fuse.tunesfs itunes:?country=de rw,user_id=1000,group_id=1000,max_read=131072
42 27 0:53 / /mnt/odd\134\011name rw - fuse.tunesfs demo: rw,user_id=0,group_id=0
43 27 0:54 / /mnt/other rw - fuse.sshfs host: rw,user_id=1000
44 27 0:55 / /mnt/hyphen rw master:1 propagate_from:2 - fuse.tunesfs demo: rw
torn line
45 27 0:56 / - fuse.tunesfs
`

func TestParseMountinfo(t *testing.T) {
	want := []Mount{
		{"41", "/mnt/my tunes", "itunes:?country=de", 1000, "0:52"},
		{"42", "/mnt/odd\\\tname", "demo:", 0, "0:53"},
		{"44", "/mnt/hyphen", "demo:", -1, "0:55"},
	}
	if got := parseMountinfo(sampleMountinfo); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func FuzzUnescapeMount(f *testing.F) {
	for _, seed := range []string{`a\040b`, `\134`, `\`, `\04`, `\999`, `\777`, `\400`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := unescape(s); len(got) > len(s) {
			t.Fatalf("%q grew to %q", s, got)
		}
	})
}

func TestHolding(t *testing.T) {
	list := []Mount{{Dir: "/mnt/a"}, {Dir: "/mnt/a/inner"}, {Dir: "/mnt/ab"}}
	for path, want := range map[string]string{
		"/mnt/a":           "/mnt/a",
		"/mnt/a/x/y":       "/mnt/a",
		"/mnt/a/inner/x":   "/mnt/a/inner",
		"/mnt/ab/x":        "/mnt/ab",
		"/mnt/abc":         "",
		"/mnt":             "",
		"/other/mnt/a/b/c": "",
	} {
		if got, ok := Holding(list, path); got.Dir != want || ok != (want != "") {
			t.Errorf("Holding(%q) = %q, %v; want %q", path, got.Dir, ok, want)
		}
	}
}
