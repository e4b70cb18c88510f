package source

import (
	"errors"
	"strings"
	"testing"
)

func TestParseSource(t *testing.T) {
	tests := []struct{ text, canonical string }{
		{"itunes:", "itunes:"},
		{"ITUNES:", "itunes:"},
		{"itunes+https://itunes.apple.com/", "itunes:"},
		{"itunes+https://ITUNES.apple.com", "itunes:"},
		{"itunes:?limit=50&country=de", "itunes:?country=de&limit=50"},
		{"itunes+http://127.0.0.1:8080", "itunes+http://127.0.0.1:8080/"},
		{"itunes+http://127.0.0.1:8080/a/b?x=1", "itunes+http://127.0.0.1:8080/a/b/?x=1"},
		{"itunes+http://[::1]:80/", "itunes+http://[::1]:80/"},
		{"itunes+http://host:65535/", "itunes+http://host:65535/"},
		{"itunes+http://host/a,b c?q=x,y z", "itunes+http://host/a%2Cb%20c/?q=x%2Cy+z"},
		{"archive+https://archive.org", "archive:"},
		{"archive:?format=mp3", "archive:?format=mp3"},
		{"archive+https://itunes.apple.com/", "archive+https://itunes.apple.com/"},
		{"demo:", "demo:"},
		{"subsonic+https://Ann@Home", "subsonic+https://Ann@home/"},
		{"subsonic+http://a%2Cn%20n@home/music?bitrate=128", "subsonic+http://a%2Cn%20n@home/music/?bitrate=128"},
		{"subsonic+https://@home/", "subsonic+https://home/"},
		{"index+https://host/music?all=1", "index+https://host/music/?all=1"},
		{"podcast+https://Host/feed.xml", "podcast+https://host/feed.xml"},
		{"podcast+https://host/a/b.php?auth=hunter2&c,d e", "podcast+https://host/a/b.php"},
		{"podcast+http://host", "podcast+http://host"},
		{"playlist+https://host/x.m3u8?auth=hunter2", "playlist+https://host/x.m3u8"},
		{"playlist:/home/me/x, y%3F.m3u8", "playlist+file:///home/me/x%2C%20y%3F.m3u8"},
		{"playlist+file:///home/me/x.m3u8", "playlist+file:///home/me/x.m3u8"},
		{"playlist:///a//b/../c.pls", "playlist+file:///a/c.pls"},
		{"itunes:?network=home", "itunes:?network=home"},
		{"itunes:?network=home&country=de", "itunes:?country=de&network=home"},
		{"subsonic+https://ann@nas.example/?network=home", "subsonic+https://ann@nas.example/?network=home"},
		{"podcast+https://host/feed.xml?network=home", "podcast+https://host/feed.xml?network=home"},
		{"playlist+https://host/x.m3u8?auth=hunter2&network=home", "playlist+https://host/x.m3u8?network=home"},
	}
	for _, tt := range tests {
		s, err := Parse(tt.text)
		if err != nil || s.String() != tt.canonical {
			t.Errorf("parseSource(%q) = %q, %v; want %q", tt.text, s, err, tt.canonical)
		}
		again, err := Parse(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("the canonical form %q is not stable: %q, %v", s, again, err)
		}
	}
}

func TestParseSourceRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "no scheme"},
		{"abba", "no scheme"},
		{"spotify:", "supported are "},
		{"hunter2:", "none of a catalog; supported are "},
		{"dmeo:", "did you mean demo:?"},
		{"tiunes:", "did you mean itunes:?"},
		{"itunes+https://hunter2@host/", "takes no user name or password"},
		{"itunes+https://u:hunter2@host/", "takes no user name or password"},
		{"itunes://host/", "itunes+https://"},
		{"subsonic+https://u:hunter2@host/", "--password-file"},
		{"subsonic+https://u:@host/", "--password-file"},
		{"subsonic:", "subsonic+https://"},
		{"itunes:host", "itunes+https://"},
		{"itunes+ftp://host/", "http or https only"},
		{"itunes+file:///etc/passwd", "http or https only"},
		{"itunes+http:", "names no server"},
		{"itunes+http:///x", "names no server"},
		{"itunes+http://a,b/", "names no server"},
		{"itunes+http://müsik.example/", "xn--"},
		{"itunes+http://ho st/", "not a URL"},
		{"itunes+http://host:hunter2/", "not a URL"},
		{"itunes+http://host:0/", "from 1 to 65535"},
		{"itunes+http://host:65536/", "from 1 to 65535"},
		{"itunes:?a=%zz", "name=value"},
		{"itunes:#x", "#"},
		{"demo+http://host/", "no server to name"},
		{"demo:x", "no server to name"},
		{"podcast:", "podcast+https://"},
		{"podcast:hunter2", "podcast+https://"},
		{"podcast+https://hunter2@host/", "takes no user name or password"},
		{"podcast+file:///hunter2", "http or https only"},
		{"podcast+https://host/feed.xml#x", "#"},
		{"playlist:", "whole path"},
		{"playlist:hunter2.m3u", "whole path"},
		{"playlist+file:x.m3u", "whole path"},
		{"playlist+file://host/x.m3u", "whole path"},
		{"playlist://host/x.m3u", "playlist+https://"},
		{"playlist:/x.m3u?auth=hunter2", "%3F"},
		{"demo:?network=home", "no server"},
		{"itunes:?network=public", "network takes one value: home"},
		{"itunes:?network=", "network takes one value: home"},
		{"itunes:?network=home&network=home", "network takes one value: home"},
	}
	for _, tt := range tests {
		_, err := Parse(tt.text)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("parseSource(%q): %v; want %q", tt.text, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("parseSource(%q) shows the password: %v", tt.text, err)
		}
	}
}

// Two documents that differ in their query only are two catalogs, and the
// query is shown nowhere.
func TestDocuments(t *testing.T) {
	seen := map[string]bool{}
	for _, query := range []string{"", "?auth=hunter2", "?auth=hunter3", "?a=1&b=%zz;x y"} {
		s, err := Parse("podcast+https://host/feed.xml" + query)
		if err != nil {
			t.Fatal(err)
		}
		if want := "https://host/feed.xml" + strings.ReplaceAll(query, " ", "%20"); s.address() != want {
			t.Errorf("%s leads to %s, want %s", query, s.address(), want)
		}
		for _, shown := range []string{s.String(), s.Identity(), s.Folder()} {
			if strings.Contains(shown, "hunter") {
				t.Errorf("%s shows the secret", shown)
			}
		}
		if seen[s.Identity()] || seen[s.Folder()] {
			t.Errorf("%s is taken for another", query)
		}
		seen[s.Identity()], seen[s.Folder()] = true, true
	}
}

func FuzzParseSource(f *testing.F) {
	for _, seed := range []string{"itunes:", "itunes+http://h:1/a?b=c", "demo:", "itunes:?a,b=c d", "itunes+http://h/%2f", "podcast+http://h/%2f?x y", "subsonic+https://u,%00@h/", "playlist:/a,b c%3f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(s.String(), ", \n") {
			t.Fatalf("%q is not fit for the table of mounts", s)
		}
		if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Fatalf("%q became %q, then %q (%v)", text, s, again, err)
		}
	})
}

func TestStreamOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"itunes:":                                       true,
		"itunes:?country=de":                            true,
		"itunes+http://home/":                           false,
		"itunes+https://itunes.apple.com:443/":          true,
		"itunes+http://itunes.apple.com/":               true,
		"itunes+https://iTunes.apple.com./x":            true,
		"itunes+https://itunes.apple.com.home/":         false,
		"itunes+http://itunes.apple.com/?media=podcast": false,
		"itunes:?entity=album":                          true,
		"itunes:?entity=podcast":                        false,
		"itunes:?media=podcast":                         false,
		"archive:":                                      false,
		"demo:":                                         false,
	} {
		s, err := Parse(text)
		if err != nil || s.StreamOnly() != want {
			t.Errorf("%s: streamOnly is %v (%v), want %v", text, s.StreamOnly(), err, want)
		}
	}
}
