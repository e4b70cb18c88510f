package index

import (
	"net/url"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

const (
	pythonPage = "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Directory listing for /music/</title>\n</head>\n" +
		"<body>\n<h1>Directory listing for /music/</h1>\n<hr>\n<ul>\nROWS</ul>\n<hr>\n</body>\n</html>\n"
	goPage    = "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\nROWS</pre>\n"
	iisPage   = `<html><head><title>%s - /music/</title></head><body><H1>x - /music/</H1><hr><pre><A HREF="/">[To Parent Directory]</A><br><br>ROWS</pre><hr></body></html>`
	caddyPage = `<!DOCTYPE html><html><head><title>music</title></head><body><header><h1><a href="/">/</a></h1></header>` +
		`<table><thead><tr><th><a href="?sort=namedirfirst&order=desc"></a></th><th><a href="?sort=name&order=desc">Name</a></th></tr></thead>` +
		`<tbody>ROWS</tbody></table></body></html>`
	apacheHeader = `<html><body><h1>My music</h1><pre><a href="?C=N;O=D">Name</a> <a href="?C=M;O=A">Last modified</a><hr>ROWS</pre></body></html>`
)

// TestLists reads what servers send of folders that hold nothing to be shown, and nothing:
// these are lists. So are plain ones of servers without a title.
func TestLists(t *testing.T) {
	cut := func(page, from, to string) string { // all rows
		i, j := strings.Index(page, from), strings.LastIndex(page, to)
		return page[:i] + page[j:]
	}
	rows := func(page, rows string) string { return strings.Replace(page, "ROWS", rows, 1) }
	const caddyRow = `<tr><td><a href="./notes.txt"><svg></svg><span class="name">notes.txt</span></a></td></tr>`
	for name, tt := range map[string]struct {
		page  string
		shown int
	}{
		"nginx, empty":            {cut(nginxHTML, "<a href=\"Live", "</pre>"), 0},
		"nginx, text":             {cut(nginxHTML, "<a href=\"Live", "<a href=\"notes"), 0},
		"Apache, empty":           {cut(apacheFancy, `<img src="/icons/folder.gif" alt="[DIR]"> <a href="Live`, "<hr></pre>"), 0},
		"Apache, empty root":      {`<html><head><title>Index of /</title></head><body><h1>Index of /</h1><ul></ul></body></html>`, 0},
		"Apache, text":            {cut(apacheTable, `<tr><td valign="top"><a href="Live`, `<tr><td valign="top">&nbsp;</td><td><a href="notes`), 0},
		"Apache, its own header":  {rows(apacheHeader, ""), 0},
		"lighttpd, empty":         {cut(lighttpd, `<tr class="d"><td class="n"><a href="Live`, "</tbody>"), 0},
		"lighttpd, text":          {cut(lighttpd, `<tr class="d"><td class="n"><a href="Live`, `<tr><td class="n"><a href="notes`), 0},
		"Caddy, empty":            {rows(caddyPage, ""), 0},
		"Caddy, text":             {rows(caddyPage, caddyRow), 0},
		"Caddy, JSON, empty":      {"null", 0},
		"Caddy, JSON, text":       {`[{"name":"notes.txt","size":0,"mod_time":"2024-02-03T10:24:00Z","mode":420,"is_dir":false,"is_symlink":false}]`, 0},
		"nginx, JSON, empty":      {"[\n]", 0},
		"nginx, JSON, text":       {`[{ "name":"notes.txt", "type":"file", "mtime":"Sat, 03 Feb 2024 10:24:00 GMT", "size":0 }]`, 0},
		"Python, empty":           {rows(pythonPage, ""), 0},
		"Python, text":            {rows(pythonPage, `<li><a href="notes.txt">notes.txt</a></li>`), 0},
		"Python, a folder":        {rows(pythonPage, `<li><a href="Live/">Live/</a></li>`), 1},
		"Go, text":                {rows(goPage, `<a href="notes.txt">notes.txt</a>`), 0},
		"Go, a folder":            {rows(goPage, `<a href="100%25%20Blue/">100% Blue/</a>`), 1},
		"Go, odd names":           {rows(goPage, "<a href=\"F%C3%BCr%20Elise.mp3\">Für Elise.mp3</a>\n<a href=\"./a:b.mp3\">a:b.mp3</a>\n"), 2},
		"IIS, a folder":           {rows(iisPage, `  2/3/2024 10:20 AM  &lt;dir&gt; <A HREF="/music/Live/">Live</A><br>`), 1},
		"IIS, text":               {rows(iisPage, `  2/3/2024 10:20 AM   12 <A HREF="/music/notes.txt">notes.txt</A><br>`), 0},
		"no title, sizes":         {`<body><table><tr><td><a href="Live/">Live</a></td><td>2024-02-03 10:20</td></tr><tr><td><a href="b.jpg">b.jpg</a><td>53 KB</table>`, 2},
		"no title, a parent":      {`<body><a href="../">Parent Directory</a><br><a href="Live/">Live</a><br>`, 1},
		"cut names":               {`<body><a href="../">..</a> <a href="a-long-name-of-a-folder/">a-long-name..&gt;</a>`, 1},
		"songs by their titles":   {`<h1>My songs</h1><a href="a.mp3">The first</a> <a href="b.mp3">The second</a>`, 2},
		"a song, with its size":   {`<h1>My songs</h1><a href="a.mp3">The first</a> (3.2 MB)`, 1},
		"a tree, with its parent": {`<h1>x</h1><a href="..">Up</a> <a href="a.mp3">The first</a>`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := serve(t, one(tt.page), Options{}).List(t.Context(), "")
			if err != nil || len(l.Folders)+len(l.Tracks) != tt.shown {
				t.Errorf("got %+v, %v; want %d entries", l, err, tt.shown)
			}
		})
	}
}

// TestIndexTitles tells the titles of lists from others.
func TestIndexTitles(t *testing.T) {
	at := &url.URL{Scheme: "http", Host: "host:8080", Path: "/music/"}
	for title, want := range map[string]bool{
		"Index of /music/": true, " index of music": true, "Directory listing for /": true, "Directory Listing For [/]": true,
		"Directory: /music/": true, "listing directory /": true, "Files within music/": true, "host - /music/": true,
		"Directory Listing Denied": false, "Sign in": false, "": false, "music": false, "/music/": false, "Sign in - /music/": false, "Indexing": false,
	} {
		if got := isIndexTitle(title, at); got != want {
			t.Errorf("%q: %v, want %v", title, got, want)
		}
	}
}

// A page that is no list is none, whichever name it has.
func TestNoLists(t *testing.T) {
	for _, page := range []string{
		`<title>Sign in</title><a href="terms.pdf">x</a>`, `<title>Sign in</title><a href="style.css">x</a>`,
		`<title>Sign in</title><a href="logout.do">x</a>`, `<title>502</title><a href="../">Back</a>`, `<title>502</title><a href="../">../</a>`,
		`<title>x</title><a href="login/">Sign in</a>`, `<title>x</title><a href="login/">login/</a>`, `<title>x</title><a href="logo.png">logo.png</a>`,
		`<title>x</title><a href="../">Back</a><a href="login/">login/</a>`, `<title>x</title><a href="../">..</a><a href="login/">Sign in</a>`,
		`<pre><a href="login/">login/</a> first</pre>`, `<pre>Please <a href="login/">login/</a></pre>`, `<a href="logo.png">logo.png</a>`,
		`<a href="?sort=price&order=asc">Price</a><a href="shoes/">Shoes</a>`, `<title>x</title><a href="captcha.mp3">Listen</a>`,
		`[{"name":"error","message":"unauthorized"}]`, `[{"name":"a.mp3"}]`, `[{"name":"error","type":"error","size":0,"mtime":"now"}]`,
	} {
		l, err := serve(t, one(page), Options{All: true}).List(t.Context(), "")
		if err == nil {
			t.Errorf("%s: got %+v, want %v", page, l, catalog.ErrBadResponse)
		}
	}
}
