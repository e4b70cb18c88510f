package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// An item is what the service tells of one, as far as it is used.
type item struct {
	Dark     lenient.Flag             `json:"is_dark"` // taken off the shelf
	Error    lenient.Texts            `json:"error"`
	Files    fileList                 `json:"files"`
	Metadata lenient.Object[metadata] `json:"metadata"`
}

// A fileList is the files of an item, none for null.
type fileList struct {
	rows lenient.Rows[file]
	set  bool // the service sent a list
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *fileList) UnmarshalJSON(data []byte) error {
	l.set = true
	return l.rows.UnmarshalJSON(data)
}

type metadata struct {
	Identifier lenient.Text  `json:"identifier"`
	MediaType  lenient.Texts `json:"mediatype"`
	Title      lenient.Texts `json:"title"`
	Creator    lenient.Texts `json:"creator"`
	Date       lenient.Texts `json:"date"`
	Year       lenient.Texts `json:"year"`
	License    lenient.Texts `json:"licenseurl"`
	Rights     lenient.Texts `json:"rights"`
}

func (m metadata) isCollection() bool { return m.MediaType.First() == "collection" }

// decodeItem returns the item that data tells of. An empty response means that
// there is none: ErrNotFound; ErrDenied is one that was taken away.
func decodeItem(data []byte) (item, error) {
	var all lenient.Object[item]
	if err := json.Unmarshal(data, &all); err != nil {
		return item{}, lenient.Error(err)
	}
	i := all.Value
	switch {
	case string(bytes.TrimSpace(data)) == "[]": // how the service's language may write an empty object
		return item{}, catalog.ErrNotFound
	case !all.Set:
		return item{}, fmt.Errorf("%w: no item in it", catalog.ErrBadResponse)
	case i.Error.First() != "":
		return item{}, fmt.Errorf("%w: %s", catalog.ErrUnavailable, catalog.SanitizeText(i.Error.First()))
	case bool(i.Dark):
		return item{}, fmt.Errorf("%w: the archive has withdrawn it", catalog.ErrDenied)
	case i.Metadata.Value.Identifier == "" && len(i.Files.rows) == 0:
		return item{}, catalog.ErrNotFound
	case !i.Files.set && !i.Metadata.Value.isCollection():
		return item{}, fmt.Errorf("%w: no files in it", catalog.ErrBadResponse)
	}
	return i, nil
}

// item returns what an item holds.
func (s *Source) item(ctx context.Context, id string) (catalog.Listing, error) {
	resp, err := s.call(ctx, s.site.metadata(id))
	if err != nil {
		return catalog.Listing{}, err
	}
	i, err := decodeItem(resp.Body)
	if err != nil {
		return catalog.Listing{}, err
	}
	if i.Metadata.Value.isCollection() {
		return s.scrape(ctx, position{query: `collection:"` + escape(id) + `"` + onlyAudio})
	}
	usable, left := i.usable()
	left.log(ctx, s.log, id)
	tracks := i.tracks(s.site, id, s.format, usable)
	if len(usable) == 0 && left.unsafe > 0 || len(tracks) == 0 && i.Metadata.Value.Identifier == "" {
		return catalog.Listing{}, fmt.Errorf("%w: no file in it makes sense", catalog.ErrBadResponse)
	}
	if len(tracks) == 0 && left.private > 0 {
		return catalog.Listing{}, fmt.Errorf("%w: its files are not open to all", catalog.ErrDenied)
	}
	if cover, ok := coverOf(usable); ok && len(tracks) > 0 {
		tracks = append(tracks, i.cover(s.site, id, cover))
	}
	return catalog.Listing{Tracks: tracks}, nil
}

// left counts the files of an item that are not shown.
type left struct {
	private int // only for some, or for nobody
	unsafe  int // without a name that an address can have
	equal   int // audio of a name that is there already
}

// usable returns the files that may be shown, each name once.
func (i item) usable() ([]file, left) {
	var files []file
	var l left
	seen := map[string]bool{}
	for _, f := range i.Files.rows {
		switch name := string(f.Name); {
		case !isPath(name):
			l.unsafe++
		case bool(f.Private):
			if f.isAudio() {
				l.private++
			}
		case !seen[name]:
			seen[name] = true
			files = append(files, f)
		case f.isAudio():
			l.equal++
		}
	}
	return files, l
}

// log tells once of all files that were left out. No honest item has a name
// that leads elsewhere.
func (l left) log(ctx context.Context, log *slog.Logger, id string) {
	level := slog.LevelDebug
	if l.unsafe > 0 {
		level = slog.LevelWarn
	}
	if l.private+l.unsafe+l.equal > 0 {
		log.Log(ctx, level, "files left out", "item", id, "private", l.private, "without_usable_name", l.unsafe, "equal", l.equal)
	}
}
