package subsonic

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// What a response may consist of is more than any honest one does that fits into
// maxBody. It bounds what a hostile one can become in memory, which may have
// lists in the rows of its lists.
const (
	maxRows    = 100_000 // of a list
	maxObjects = 500_000
)

// A response is what a server sends to any call, as far as it is used. Which
// parts are there depends on the method.
type response struct {
	Status  lenient.Text `json:"status"`
	Version lenient.Text `json:"version"`
	Error   *failure     `json:"error"`

	Extensions list[extension]           `json:"openSubsonicExtensions"`
	Artists    lenient.Object[artists]   `json:"artists"`
	Artist     lenient.Object[artist]    `json:"artist"`
	Album      lenient.Object[album]     `json:"album"`
	Playlists  lenient.Object[playlists] `json:"playlists"`
	Playlist   lenient.Object[playlist]  `json:"playlist"`
	Found      lenient.Object[found]     `json:"searchResult3"`
	Lyrics     lenient.Object[words]     `json:"lyricsList"`
}

type artists struct {
	Index list[index] `json:"index"`
}

type playlists struct {
	Playlist list[playlist] `json:"playlist"`
}

type found struct {
	Artist list[artist] `json:"artist"`
	Album  list[album]  `json:"album"`
	Song   list[song]   `json:"song"`
}

type words struct {
	Structured list[lyrics] `json:"structuredLyrics"`
}

type extension struct {
	Name lenient.Text `json:"name"`
}

type index struct {
	Artist list[artist] `json:"artist"`
}

type artist struct {
	ID    lenient.ID   `json:"id"`
	Name  lenient.Text `json:"name"`
	Album list[album]  `json:"album"`
}

type album struct {
	ID       lenient.ID     `json:"id"`
	Name     lenient.Text   `json:"name"`
	Title    lenient.Text   `json:"title"` // the older word for Name
	Artist   lenient.Text   `json:"artist"`
	Year     lenient.Number `json:"year"`
	CoverArt lenient.ID     `json:"coverArt"`
	Created  lenient.Text   `json:"created"`
	Song     list[song]     `json:"song"`
}

type playlist struct {
	ID      lenient.ID   `json:"id"`
	Name    lenient.Text `json:"name"`
	Changed lenient.Text `json:"changed"`
	Entry   list[song]   `json:"entry"`
}

type song struct {
	ID            lenient.ID     `json:"id"`
	Title         lenient.Text   `json:"title"`
	Artist        lenient.Text   `json:"artist"`
	DisplayArtist lenient.Text   `json:"displayArtist"`
	AlbumArtist   lenient.Text   `json:"displayAlbumArtist"`
	Album         lenient.Text   `json:"album"`
	Genre         lenient.Text   `json:"genre"`
	Track         lenient.Number `json:"track"`
	Disc          lenient.Number `json:"discNumber"`
	Year          lenient.Number `json:"year"`
	Seconds       lenient.Number `json:"duration"`
	Size          lenient.Number `json:"size"`
	BitRate       lenient.Number `json:"bitRate"`
	ContentType   lenient.Text   `json:"contentType"`
	Suffix        lenient.Text   `json:"suffix"`
	CoverArt      lenient.ID     `json:"coverArt"`
	Path          lenient.Text   `json:"path"`
	IsDir         lenient.Flag   `json:"isDir"`
}

type lyrics struct {
	Synced lenient.Flag   `json:"synced"`
	Offset lenient.Number `json:"offset"` // milliseconds by which lines come sooner
	Line   list[line]     `json:"line"`
}

type line struct {
	Start lenient.Number `json:"start"` // milliseconds
	Value lenient.Text   `json:"value"`
}

// A list is rows of one kind. Servers that make JSON of XML send a single row
// without brackets, and none as an empty string.
type list[T any] struct {
	rows []T
	odd  int // rows that are something else
}

// isNone reports whether there are no rows, not even odd ones.
func (l list[T]) isNone() bool { return len(l.rows)+l.odd == 0 }

// UnmarshalJSON implements json.Unmarshaler. It takes the rows one by one, so
// that a list of tiny ones does not become a huge slice before it is refused.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	switch data[0] {
	case '[':
		if _, err := dec.Token(); err != nil {
			return err
		}
	case '{':
	default:
		if text := string(data[:min(len(data), len("null"))]); text != "null" && text != `""` {
			l.odd++
		}
		return nil
	}
	for dec.More() {
		if len(l.rows)+l.odd == maxRows {
			return fmt.Errorf("%w: more than %d rows", catalog.ErrBadResponse, maxRows)
		}
		var row *T // nil for null
		switch err := dec.Decode(&row); {
		case lenient.IsTypeError(err):
			l.odd++
		case err != nil:
			return err
		case row == nil:
			l.odd++
		default:
			l.rows = append(l.rows, *row)
		}
	}
	return nil
}

// decode returns the response that data holds. What is none is ErrBadResponse;
// one that reports a failure is that failure.
func decode(data []byte) (*response, error) {
	var envelope struct {
		Response *response `json:"subsonic-response"`
	}
	if bytes.Count(data, []byte("{")) > maxObjects {
		return nil, fmt.Errorf("%w: more than %d objects", catalog.ErrBadResponse, maxObjects)
	}
	err := json.Unmarshal(trimmed(data), &envelope)
	r := envelope.Response
	switch {
	case err != nil && !lenient.IsTypeError(err):
		return nil, lenient.Error(err)
	case r == nil:
		return nil, fmt.Errorf("%w: no subsonic-response in it", catalog.ErrBadResponse)
	case r.Error != nil: // Funkwhale's says "ok" all the same
		return r, r.Error
	case r.Status != "ok":
		return r, &failure{}
	}
	return r, nil
}
