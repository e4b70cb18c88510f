package index

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// What a link on the page /music/ leads to.
func TestLinks(t *testing.T) {
	for href, want := range map[string]string{
		"a.mp3":                    "a.mp3",
		"./a.mp3":                  "a.mp3",
		"/music/a.mp3":             "a.mp3",
		"//HOST/music/a.mp3":       "a.mp3",
		"http://HOST/music/a.mp3":  "a.mp3",
		"sub/":                     "sub/",
		"../music/sub/":            "sub/",
		"a%25b.mp3":                "a%25b.mp3",
		"a%2Fb.mp3":                "",
		"%2e%2e/":                  "",
		"%2e%2e%2f%2e%2e%2fa.mp3":  "",
		"..%2fa.mp3":               "",
		"../":                      "",
		"../../":                   "",
		"../a.mp3":                 "",
		"/a.mp3":                   "",
		"/etc/passwd":              "",
		"/music/":                  "",
		"/musical/a.mp3":           "",
		"./":                       "",
		"":                         "",
		"sub/a.mp3":                "",
		"sub//":                    "",
		"//":                       "",
		"?C=N;O=D":                 "",
		"a.mp3?download":           "",
		"a.mp3#x":                  "",
		"#a.mp3":                   "",
		"http://other/music/a.mp3": "",
		"https://HOST/music/a.mp3": "",
		"http://u@HOST/music/a":    "",
		"file:///music/a.mp3":      "",
		"javascript:alert(1)":      "",
		"mailto:a@b.mp3":           "",
		"a:b.mp3":                  "",
		"%zz.mp3":                  "",
		"a%00b.mp3":                "",
		"a%0ab.mp3":                "",
		"%FC.mp3":                  "%FC.mp3",
		"a'b(1)!~+&=@.mp3":         "a%27b%281%29%21~+&=@.mp3",
		"%41.mp3":                  "A.mp3",
		" a.mp3 ":                  "a.mp3",
		"..%5c..%5ca.mp3":          "..%5C..%5Ca.mp3",
	} {
		t.Run(href, func(t *testing.T) {
			var server http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				page := fmt.Sprintf(`<title>Index of x</title><a href="%s">a.mp3</a>`, strings.ReplaceAll(href, "HOST", r.Host))
				one(page).ServeHTTP(w, r)
			})
			s := serve(t, server, Options{})
			got := ""
			l := list(t, s, "")
			for _, track := range l.Tracks {
				got += track.ID
				if track.URL != s.base+track.ID || catalog.CheckURL(track.URL) != nil {
					t.Errorf("at %q", track.URL)
				}
			}
			for _, folder := range l.Folders {
				got += folder.ID
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
