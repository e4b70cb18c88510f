package playlist

import (
	"errors"
	"net/url"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(hostile), true)
	f.Add([]byte("#EXTM3U\n#EXTINF:61 a=\"b,c\",A - B\n#EXTALB: X\n#EXTIMG: x.jpg\nSong #1.mp3\n"), false)
	f.Add([]byte("[playlist]\nFile1=a%.mp3\nTitle1=A\nLength1=-1\nFile99999999999999999999=x\n"), true)
	f.Add([]byte(`<playlist><track><location>x.mp3</location><duration>1</duration><image>y</image></track></playlist>`), true)
	f.Add([]byte("\xff\xfe#\x00E\x00"), false)
	f.Fuzz(func(t *testing.T, data []byte, web bool) {
		l := list{name: "/x.m3u"}
		if web {
			l.at = &url.URL{Scheme: "https", Host: "host", Path: "/lists/x.m3u"}
		}
		content, err := l.read(t.Context(), data)
		if err != nil {
			if !errors.Is(err, catalog.ErrBadResponse) {
				t.Fatalf("%v is not ErrBadResponse", err)
			}
			return
		}
		for _, row := range content.Rows {
			if err := catalog.CheckURL(row.URL); err != nil {
				t.Errorf("address %q: %v", row.URL, err)
			}
			if row.Size != -1 || row.Duration < 0 || row.Marks[0] == "" {
				t.Errorf("got %+v", row)
			}
		}
	})
}
