package index

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

// An oddServer answers with odd shapes of the lists of folders.
type oddServer struct {
	dice *catalogtest.Dice
	log  catalogtest.LogCounter
	page bool // HTML
	rows int  // of the last response; -1 where it cannot be read
	sent []byte
	n    int
}

// respond is a catalogtest.Wire.
func (o *oddServer) respond(*http.Request) (string, []byte) {
	o.n++
	if o.page {
		o.sent, o.rows = o.html()
		return "text/html", o.sent
	}
	rows := []any{}
	for range o.dice.Pick(6) {
		rows = append(rows, o.row())
	}
	o.sent = o.dice.Body(o.dice.Odd(rows))
	read, whole := catalogtest.ReadJSON(o.sent)
	all, ok := read.([]any)
	if o.rows = len(all); !whole || !ok && read != nil { // null is an empty folder
		o.rows = -1
	}
	return "application/json", o.sent
}

func (o *oddServer) name() string {
	return []string{"a.mp3", "b.flac", "dir", "cover.jpg", "x y.ogg", "notes.txt", "#1.mp3", "50%.mp3"}[o.dice.Pick(8)]
}

func (o *oddServer) row() map[string]any {
	name, kind := o.name(), "file"
	if name == "dir" {
		kind = "directory"
	}
	if o.dice.Pick(2) == 1 {
		return map[string]any{"name": name, "size": 7, "mod_time": "2024-05-06T07:08:09Z", "is_dir": name == "dir", "is_symlink": false}
	}
	return map[string]any{"name": name, "type": kind, "mtime": "Mon, 06 May 2024 07:08:09 GMT", "size": 7}
}

// html returns a page and how many links in it lead to something.
func (o *oddServer) html() ([]byte, int) {
	var b strings.Builder
	b.WriteString(`<html><title>Index of /</title><h1>Index of /</h1><a href="?C=N;O=D">Name</a> <a href="../">up</a><pre>` + "\n")
	n := o.dice.Pick(6)
	for range n {
		href := []string{
			"a.mp3", "b.flac", "dir/", "cover.jpg", "x%20y.ogg", "./c.mp3", "d.mp3?dl=1", "e.mp3#t", "http://other/x.mp3", "//other/y.mp3",
			"javascript:x", "dir/f.mp3", "../../g.mp3", "%2e%2e/h.mp3", "%zz.mp3", "i%2fj.mp3", "k%00.mp3", strings.Repeat("x", 3000) + ".mp3",
		}[o.dice.Pick(18)]
		tag := []string{`<a href="%s">x</a>`, `<a href="%s"/>`, `<A HREF='%s'>x</A>`, `<a class="x" href="%s" title=y>x`}[o.dice.Pick(4)]
		fmt.Fprintf(&b, tag+"  06-May-2024 07:08   7\n", html.EscapeString(href))
	}
	return []byte(b.String()), n
}

// A walked tells an oddServer of searches, which leave out what they do not find.
type walked struct {
	*Source
	server *oddServer
}

func (w walked) Search(ctx context.Context, query string) (catalog.Listing, error) {
	l, err := w.Source.Search(ctx, query)
	w.server.n = 0
	return l, err
}

// check compares what came with what was sent for it.
func (o *oddServer) check(l catalog.Listing, err error) error {
	n := o.n
	o.n = 0
	if fault := o.log.Whole(o.rows, len(l.Folders)+len(l.Tracks), err, string(o.sent)); n == 1 {
		return fault
	}
	return nil
}

// Whatever a server sends, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	f.Add([]byte{}, false)
	for n := range byte(40) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 3, 0, n + 1, 2, n, 1, 0}), 50)), n%2 == 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, page bool) {
		o := &oddServer{dice: catalogtest.NewDice(data), page: page}
		opt := Options{Base: "http://host/music/", All: true}
		opt.Client, opt.Logger = &http.Client{Transport: catalogtest.Wire(o.respond)}, slog.New(&o.log)
		src, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := catalogtest.Follow(t.Context(), walked{src, o}, "mp3", o.check); err != nil {
			t.Error(err)
		}
	})
}

// Each shape is an error, or counted in the log.
func TestShapes(t *testing.T) {
	const file = `{"name":"a.mp3","type":"file"}`
	page := func(links string) string { return "<title>Index of /</title>" + links }
	for body, want := range map[string]struct {
		shown, counted int // shown is -1 for an error
	}{
		"[" + file + "][" + file + "]":                        {-1, 0},
		"[" + file + "] x":                                    {-1, 0},
		`[{"name":"d","is_dir":"true"}]`:                      {1, 0},
		`[{"name":"d","is_dir":1},` + file + `]`:              {2, 0},
		`[` + file + `,7]`:                                    {1, 1},
		page(`<a href="a.mp3"/> <a href="b.mp3">b</a>`):       {2, 0},
		page(`<a href="a.mp3?x=1">a</a><a href="?C=N">N</a>`): {0, 1},
		page(`<a href="a.mp3#t">a</a><a href="#top">up</a>`):  {0, 1},
		`<a href="/?login">Sign in</a>`:                       {-1, 0},
	} {
		var log catalogtest.LogCounter
		opt := Options{Base: "http://host/music/"}
		opt.Logger = slog.New(&log)
		opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return "", []byte(body) })}
		src, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		l, err := src.List(t.Context(), "")
		counted := 0
		for _, n := range log.Take() {
			counted += int(n)
		}
		if shown := len(l.Folders) + len(l.Tracks); (err != nil) != (want.shown < 0) || shown != max(want.shown, 0) || counted != want.counted {
			t.Errorf("%s: %d shown, %d counted, %v", body, shown, counted, err)
		}
	}
}

// A search tells of the rows that it could not look at.
func TestSearchCountsRows(t *testing.T) {
	var log catalogtest.LogCounter
	opt := Options{Base: "http://host/music/"}
	opt.Logger = slog.New(&log)
	opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) {
		return "application/json", []byte(`[{"name":"a.mp3","type":"file"},{"name":"../a.mp3"},7]`)
	})}
	src, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	l, err := src.Search(t.Context(), "a")
	if sums := log.Take(); err != nil || len(l.Tracks) != 1 || sums["outside"] != 2 {
		t.Errorf("%+v, %v, the log says %v", l, err, sums)
	}
}
