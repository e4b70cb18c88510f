package world

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Query is a query that finds all of the origin, in services that have no folders of
// their own.
const Query = "everything"

// archivePage is how many items a page of a search has.
const archivePage = 3

// archive is a server like the Internet Archive. Each folder of the ledger that has
// files is an item; every search finds all items, in pages of three. The file
// "a/b/song.mp3", which is the seventh of the ledger, is "everything/a∕b/07 - song.mp3"
// in a mount; the item of the root is "Root".
type archive struct {
	digests *sync.Map // of each Version, its SHA-1 in hex
}

func newArchive() archive { return archive{new(sync.Map)} }

func (archive) Source(host string) string { return "archive+http://" + host + "/" }

func (archive) Flags() []string { return []string{"--search", Query} }

func (archive) MountFolder(dir string) string { return Query + "/" + folderName(dir) }

func (archive) UpperFolder(_, _ string) string { return "" }

func (archive) MountName(l *Ledger, p string) string { return numbered(l, p) }

func (archive) FoundPath(l *Ledger, p string) string {
	dir, _ := split(p)
	return folderName(dir) + "/" + numbered(l, p)
}

func (archive) Secret() string { return "" }

// released is the date of every item, which is the time of its files.
const released = "2001-03-04"

func (archive) TellsDigest() bool { return true }

func (archive) Told(v Version) (int64, time.Time) {
	day, _ := time.Parse(time.DateOnly, released) // never fails
	return v.Size, day
}

// identifier returns the name of the item that a folder is.
func identifier(dir string) string { return "torture_" + hex.EncodeToString([]byte(dir)) }

// dirOf returns the folder of an item.
func dirOf(identifier string) (string, bool) {
	text, ours := strings.CutPrefix(identifier, "torture_")
	dir, err := hex.DecodeString(text)
	return string(dir), ours && err == nil
}

func (archive) FileOf(uri *url.URL) (string, bool) {
	rest, ok := strings.CutPrefix(uri.Path, "/download/")
	item, name, whole := strings.Cut(rest, "/")
	dir, isItem := dirOf(item)
	return join(dir, name), ok && whole && isItem && name != ""
}

func (archive) FolderOf(uri *url.URL) (string, bool) {
	rest, ok := strings.CutPrefix(uri.Path, "/metadata/")
	dir, isItem := dirOf(rest)
	return dir, ok && isItem || uri.Path == "/services/search/v1/scrape"
}

func (a archive) Respond(l *Ledger, uri *url.URL) ([]byte, string, bool) {
	var response map[string]any
	if uri.Path == "/services/search/v1/scrape" {
		response = scraped(l.dirs(), uri.Query().Get("cursor"))
	} else if rest, ok := strings.CutPrefix(uri.Path, "/metadata/"); ok {
		response = a.item(l, rest)
	}
	if response == nil {
		return nil, "", false
	}
	body, err := json.Marshal(response)
	return body, "application/json", err == nil
}

// scraped returns the page of a search that begins at a cursor.
func scraped(dirs []string, cursor string) map[string]any {
	start, _ := strconv.Atoi(strings.TrimPrefix(cursor, "at-")) // 0 for the first page
	start = min(max(start, 0), len(dirs))
	end := min(start+archivePage, len(dirs))
	items := []map[string]any{}
	for _, dir := range dirs[start:end] {
		items = append(items, map[string]any{"identifier": identifier(dir), "title": title(dir), "date": released})
	}
	response := map[string]any{"items": items, "count": len(items), "total": len(dirs)}
	if end < len(dirs) {
		response["cursor"] = fmt.Sprintf("at-%d", end)
	}
	return response
}

// item returns what the service tells of an item; an empty object where there is none.
func (a archive) item(l *Ledger, identifier string) map[string]any {
	dir, ok := dirOf(identifier)
	if !ok || !l.IsFolder(dir) {
		return map[string]any{}
	}
	files := []map[string]any{}
	_, names := l.Children(dir)
	for _, name := range names {
		v := l.Newest(join(dir, name))
		files = append(files, map[string]any{
			"name": name, "source": "original", "title": stem(name), "track": strconv.Itoa(int(v.File)),
			"size": strconv.FormatInt(v.Size, 10), "mtime": strconv.FormatInt(v.Modified.Unix(), 10), "sha1": a.digest(v),
		})
	}
	return map[string]any{"files": files, "files_count": len(files), "metadata": map[string]any{
		"identifier": identifier, "mediatype": "audio", "title": title(dir), "creator": "The Torturers", "date": released,
	}}
}

// digest returns the SHA-1 of a version.
func (a archive) digest(v Version) string {
	if sum, ok := a.digests.Load(v.Version); ok {
		return sum.(string)
	}
	hash := sha1.New()
	c := content(v)
	_, _ = io.Copy(hash, io.NewSectionReader(c, 0, c.Size())) // neither of them fails
	sum := hex.EncodeToString(hash.Sum(nil))
	a.digests.Store(v.Version, sum)
	return sum
}
