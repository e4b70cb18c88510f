package itunes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// maxRows is more than any search or lookup gives. It bounds what a hostile
// answer of maxBody bytes can become in memory.
const maxRows = 10_000

// An answer is what the service sends: results, or a message why not.
type answer struct {
	rows     []row
	complete bool // results were there, be they empty
	message  string
}

// A row is one result, as far as it is used. Which fields are present depends
// on its kind.
type row struct {
	WrapperType    lenient.Text   `json:"wrapperType"`
	TrackID        lenient.Number `json:"trackId"`
	CollectionID   lenient.Number `json:"collectionId"`
	ArtistName     lenient.Text   `json:"artistName"`
	CollectionName lenient.Text   `json:"collectionName"`
	TrackName      lenient.Text   `json:"trackName"`
	PreviewURL     lenient.Text   `json:"previewUrl"`
	TrackViewURL   lenient.Text   `json:"trackViewUrl"`
	CollectionURL  lenient.Text   `json:"collectionViewUrl"`
	ArtworkURL     lenient.Text   `json:"artworkUrl100"`
	ReleaseDate    lenient.Text   `json:"releaseDate"`
	FeedURL        lenient.Text   `json:"feedUrl"`
	DiscNumber     lenient.Number `json:"discNumber"`
	TrackNumber    lenient.Number `json:"trackNumber"`
	TrackMillis    lenient.Number `json:"trackTimeMillis"`
	Genre          lenient.Text   `json:"primaryGenreName"`
}

// decode returns the answer that data holds. What is not an answer is
// ErrBadResponse. It takes the whole at once because a json.Decoder that is fed
// in small pieces spends quadratic time on padding.
func decode(data []byte) (answer, error) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := a.read(dec); err != nil {
		return answer{}, lenient.Error(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return answer{}, fmt.Errorf("%w: something follows the answer", catalog.ErrBadResponse)
	}
	return a, nil
}

func (a *answer) read(dec *json.Decoder) error {
	if err := expect(dec, '{'); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if err := a.readField(dec, key); err != nil {
			return err
		}
	}
	return expect(dec, '}')
}

func (a *answer) readField(dec *json.Decoder, key json.Token) error {
	switch key {
	case "results":
		return a.readRows(dec)
	case "errorMessage":
		var message lenient.Text
		err := dec.Decode(&message)
		a.message = catalog.CleanText(string(message))
		return err
	}
	var skipped json.RawMessage
	return dec.Decode(&skipped)
}

// readRows takes the rows one by one, so that an answer of tiny rows does not
// become a huge slice before it is refused.
func (a *answer) readRows(dec *json.Decoder) error {
	if err := expect(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		if len(a.rows) == maxRows {
			return fmt.Errorf("%w: more than %d rows", catalog.ErrBadResponse, maxRows)
		}
		var r row
		if err := dec.Decode(&r); err != nil && !lenient.IsTypeError(err) {
			return err
		}
		a.rows = append(a.rows, r)
	}
	a.complete = true
	return expect(dec, ']')
}

func expect(dec *json.Decoder, want json.Delim) error {
	got, err := dec.Token()
	if err == nil && got != want {
		err = fmt.Errorf("%w: %v instead of %v", catalog.ErrBadResponse, summary(got), want)
	}
	return err
}

func summary(t json.Token) string {
	return strconv.Quote(catalog.CleanText(fmt.Sprintf("%.20v", t)))
}
