package archive

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// hostile returns files that no honest item has, and some odd ones.
func hostile() []fields {
	return []fields{
		upload("a.flac"), upload("b.flac").with("title", "a"), derived("a.mp3", "a.flac"),
		upload("../../etc/passwd.flac"), upload("c.flac").with("title", "../../../etc/passwd"),
		upload("d.flac").with("title", "..."), upload("e.flac").with("title", strings.Repeat("é", 4000)).with("creator", "..\x00"),
		upload("f.flac").with("title", "a\x00b\n\u202Egpj.exe\u2028"), upload("g.flac").with("title", "playlist.m3u8"),
		upload("h.flac").with("title", "a.flac.pause"), upload("cover.jpg"), upload("x.sh"), {}, {"name": 5},
		upload("i ?#%&+é.flac").with("size", nil), upload("j.flac").with("original", "../x.flac").with("source", "derivative"),
	}
}

func TestConformance(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		items := append([]fields{holds("show", hostile()...).meta("title", "../..")}, many(240)...)
		server := catalogtest.NewSwitch(&service{items: items})
		src := serve(t, server, Options{})
		return catalogtest.Service{Source: src, Query: "town band", Nothing: "nothing", Stall: server.Stall, Serve: server.Serve}
	})
}
