package catalog

import "testing"

func TestMediaOf(t *testing.T) {
	for _, tt := range []struct{ typ, address, wantType, wantExt string }{
		{"", "", "", ""},
		{"", "https://a/b.m4a", "audio/mp4", ".m4a"},
		{"", "https://a/b.plus.aac.p.M4A?x=.exe", "audio/mp4", ".m4a"},
		{"audio/x-m4a", "https://a/b.m4a", "audio/x-m4a", ".m4a"},
		{"audio/mpeg; charset=utf-8", "https://a/b", "audio/mpeg", ".mp3"},
		{"audio/mpeg", "https://a/b.flac", "audio/flac", ".flac"},
		{"audio/ogg", "https://a/b.oga", "audio/ogg", ".oga"},
		{"audio/ogg", "https://a/b.php", "audio/ogg", ".ogg"},
		{"AUDIO/FLAC", "", "audio/flac", ".flac"},
		{"text/html", "https://a/b.html", "", ""},
		{"application/x-desktop", "https://a/b.desktop", "", ""},
		{"", "https://a/b.m4a/../../c.sh", "", ""},
		{"", "://", "", ""},
		{";;;", "https://a/.mp3", "audio/mpeg", ".mp3"},
	} {
		typ, ext := MediaOf(tt.typ, tt.address)
		if typ != tt.wantType || ext != tt.wantExt {
			t.Errorf("MediaOf(%q, %q) = %q, %q; want %q, %q", tt.typ, tt.address, typ, ext, tt.wantType, tt.wantExt)
		}
	}
}

func TestMediaIsConsistent(t *testing.T) {
	for _, m := range media {
		typ, ext := MediaOf("", "http://a/b"+m.ext)
		if ext != m.ext || typ != m.types[0] {
			t.Errorf("%s: got %q, %q", m.ext, typ, ext)
		}
		for _, alias := range m.types {
			if _, ext := MediaOf(alias, ""); ext == "" {
				t.Errorf("%s: no extension", alias)
			}
		}
	}
}
