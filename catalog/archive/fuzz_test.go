package archive

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// An oddService answers with odd shapes of what the service sends.
type oddService struct {
	dice *catalogtest.Dice
	log  catalogtest.LogCounter
	sent []sent // since the last check
}

// A sent is a response of an oddService.
type sent struct {
	search bool
	body   []byte
}

// respond is a catalogtest.Wire.
func (o *oddService) respond(r *http.Request) (string, []byte) {
	var v any = o.item()
	search := strings.HasSuffix(r.URL.Path, "/scrape")
	if search {
		v = o.page()
	}
	s := sent{search, o.dice.Body(o.dice.Odd(v))}
	o.sent = append(o.sent, s)
	return jsonType, s.body
}

// ids are so few that items name each other, and themselves.
func (o *oddService) id() string { return fmt.Sprintf("item-%d", o.dice.Pick(5)) }

func (o *oddService) page() map[string]any {
	rows := []any{}
	for range 1 + o.dice.Pick(5) {
		rows = append(rows, map[string]any{"identifier": o.id(), "title": "Title", "date": "1977-05-08"})
	}
	page := map[string]any{"items": rows, "count": len(rows), "total": len(rows)}
	if o.dice.Pick(3) == 1 {
		page["cursor"], page["total"] = fmt.Sprint("c", o.dice.Pick(3)), 5+len(rows)
	}
	return page
}

func (o *oddService) item() map[string]any {
	rows := []any{}
	for i := range o.dice.Pick(6) {
		f := map[string]any(upload(fmt.Sprintf("%d.flac", i)))
		f["title"], f["track"], f["length"] = "Title", "1", "3:45"
		rows = append(rows, f)
		if o.dice.Pick(2) == 1 {
			rows = append(rows, map[string]any(derived(fmt.Sprintf("%d.mp3", i), fmt.Sprintf("%d.flac", i))))
		}
	}
	rows = append(rows, map[string]any(upload("cover.jpg")))
	meta := map[string]any{"identifier": o.id(), "mediatype": "etree", "title": "Show", "creator": "Band", "date": "1974-03-05"}
	if o.dice.Pick(3) == 1 {
		meta["mediatype"] = "collection"
	}
	return map[string]any{"files": rows, "metadata": meta}
}

// check compares what came with what was sent for it: all that is a row is shown or
// counted in the log, and what cannot be read is an error.
func (o *oddService) check(l catalog.Listing, err error) error {
	all := o.sent
	o.sent = nil
	log := o.log.Take()
	logged := log["without_usable_identifier"] + log["equal"] + log["over_limit"] + log["private"] + log["without_usable_name"]
	if len(all) == 0 || err != nil {
		return nil
	}
	last := all[len(all)-1]
	rows, sound := rowsOf(last)
	tracks := 0
	for _, t := range l.Tracks {
		if t.File == "" {
			tracks++
			if err := soundDigest(t.Digest); err != nil {
				return err
			}
		}
	}
	switch got := tracks + len(l.Folders); {
	case !sound:
		return fmt.Errorf("what cannot be read is a listing of %d: %.2000s", got, last.body)
	case got+int(logged) != rows:
		return fmt.Errorf("%d rows, %d shown and %d counted: %.2000s", rows, got, logged, last.body)
	}
	_, ended := log["shown"]
	_, limited := log["limit"]
	return paged(last, l, ended || limited)
}

// rowsOf returns how many rows a response has that are to be shown, or false for one
// that cannot be read.
func rowsOf(s sent) (rows int, sound bool) {
	read, ok := catalogtest.ReadJSON(s.body)
	v, isObject := read.(map[string]any)
	if !ok || !isObject {
		return 0, false
	}
	if s.search {
		items, ok := v["items"].([]any)
		return len(items), ok
	}
	files, ok := v["files"].([]any)
	if null, set := v["files"]; set && null == nil {
		return 0, true
	}
	for _, f := range files {
		fields, _ := f.(map[string]any)
		name, _ := fields["name"].(string)
		if !isPath(name) || upload(name).isAudio() {
			rows++
		}
	}
	return rows, ok
}

func (f fields) isAudio() bool {
	name, _ := f["name"].(string)
	return file{Name: lenient.Text(name)}.isAudio()
}

func soundDigest(digest string) error {
	kind, sum, _ := strings.Cut(digest, ":")
	if digest == "" || len(sum) == map[string]int{"md5": 32, "sha1": 40}[kind] && strings.Trim(sum, "0123456789abcdef") == "" {
		return nil
	}
	return fmt.Errorf("digest %.80q", digest)
}

// paged reports a page that names another, which nothing leads to.
func paged(s sent, l catalog.Listing, told bool) error {
	read, _ := catalogtest.ReadJSON(s.body)
	v, _ := read.(map[string]any)
	if cursor := v["cursor"]; s.search && cursor != nil && cursor != "" && l.Next == "" && !told {
		return fmt.Errorf("the pages end silently: %.2000s", s.body)
	}
	return nil
}

// Whatever the service sends, nothing panics, and no listing is silently short.
func FuzzShapes(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x00\x01\x02\x03", 100)))
	for n := range byte(40) {
		f.Add([]byte(strings.Repeat(string([]byte{n, 0, 0, n + 1, 2, n, 1, 0}), 50)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := &oddService{dice: catalogtest.NewDice(data)}
		opt := Options{Base: "http://host/", Format: formatAll, Limit: 12}
		opt.Client, opt.Logger = &http.Client{Transport: catalogtest.Wire(o.respond)}, slog.New(&o.log)
		if err := catalogtest.Follow(t.Context(), newSource(t, opt), "words", o.check); err != nil {
			t.Error(err)
		}
	})
}

// Each shape is an error, or counted in the log.
func TestShapes(t *testing.T) {
	const row = `{"identifier":"a","title":"A"}`
	for name, tt := range map[string]struct {
		item  bool
		body  string
		shown int            // -1 is an error
		log   map[string]int // of its keys
		next  bool
	}{
		"an item without files":  {true, `{"metadata":{"identifier":"a","mediatype":"audio"}}`, -1, nil, false},
		"files are null":         {true, `{"metadata":{"identifier":"a"},"files":null}`, 0, nil, false},
		"files are an object":    {true, `{"metadata":{"identifier":"a"},"files":{"name":"a.mp3"}}`, -1, nil, false},
		"metadata is text":       {true, `{"metadata":"x","files":[{"name":"a.mp3"}]}`, -1, nil, false},
		"a file twice":           {true, `{"metadata":{},"files":[{"name":"a.mp3"},{"name":"a.mp3"}]}`, 1, map[string]int{"equal": 1}, false},
		"files in two parts":     {true, `{"metadata":{},"files":[{"name":"a.mp3"}],"files":[{"name":"b.mp3"}]}`, 2, nil, false},
		"an item twice":          {false, `{"items":[` + row + `,` + row + `]}`, 1, map[string]int{"equal": 1}, false},
		"a cursor is a number":   {false, `{"items":[` + row + `],"cursor":7}`, 1, nil, true},
		"a cursor is an object":  {false, `{"items":[` + row + `],"cursor":{}}`, 1, map[string]int{"shown": 1}, false},
		"no cursor to the rest":  {false, `{"items":[` + row + `],"total":9}`, 1, map[string]int{"shown": 1, "found": 9}, false},
		"a page of nothing":      {false, `{"items":[{}],"cursor":"c","total":9}`, -1, nil, false},
		"more than the limit":    {false, `{"items":[` + row + `,{"identifier":"b"},{"identifier":"c"}]}`, 2, map[string]int{"over_limit": 1}, false},
		"the limit, of a secret": {false, `{"items":[` + row + `,{"identifier":"b"}],"cursor":"c"}`, 2, map[string]int{"limit": 2}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var log catalogtest.LogCounter
			opt := Options{Base: "http://host/", Limit: 2}
			opt.Logger = slog.New(&log)
			opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) { return jsonType, []byte(tt.body) })}
			list := newSource(t, opt).Search
			if tt.item {
				list = newSource(t, opt).List
			}
			l, err := list(t.Context(), "a")
			if got := len(l.Folders) + len(l.Tracks); (err != nil) != (tt.shown < 0) || got != max(tt.shown, 0) || (l.Next != "") != tt.next {
				t.Errorf("%d shown, next %q, %v", got, l.Next, err)
			}
			sums := log.Take()
			for key, want := range tt.log {
				if sums[key] != int64(want) {
					t.Errorf("the log says %v, want %d of %s", sums, want, key)
				}
			}
			if len(sums) > 0 && tt.log == nil {
				t.Errorf("the log says %v", sums)
			}
		})
	}
}

// A page that names itself as the next does not go round in a circle.
func TestCursorsInACircle(t *testing.T) {
	calls := 0
	opt := Options{Base: "http://host/"}
	opt.Client = &http.Client{Transport: catalogtest.Wire(func(*http.Request) (string, []byte) {
		calls++
		return jsonType, []byte(`{"items":[{"identifier":"a"}],"cursor":"c"}`)
	})}
	src := newSource(t, opt)
	l, err := src.Search(t.Context(), "a")
	for ; err == nil && l.Next != "" && calls < 100; l, err = src.More(t.Context(), l.Next) {
	}
	if calls != 2 || err != nil {
		t.Errorf("%d calls, %v", calls, err)
	}
}
