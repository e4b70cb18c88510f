package itunes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tunesfs/tunesfs/catalog"
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
	WrapperType    text   `json:"wrapperType"`
	TrackID        number `json:"trackId"`
	CollectionID   number `json:"collectionId"`
	ArtistName     text   `json:"artistName"`
	CollectionName text   `json:"collectionName"`
	TrackName      text   `json:"trackName"`
	PreviewURL     text   `json:"previewUrl"`
	TrackViewURL   text   `json:"trackViewUrl"`
	CollectionURL  text   `json:"collectionViewUrl"`
	ArtworkURL     text   `json:"artworkUrl100"`
	ReleaseDate    text   `json:"releaseDate"`
	TrackNumber    number `json:"trackNumber"`
	TrackMillis    number `json:"trackTimeMillis"`
	Genre          text   `json:"primaryGenreName"`
}

// A text is a string, or "" where the service sends something else: one odd
// field shall not cost the row, nor one odd row the answer.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err == nil {
		*t = text(s)
	}
	return nil
}

// A number is a whole number, also within quotes, or 0 where the service sends
// something else.
type number int64

func (n *number) UnmarshalJSON(data []byte) error {
	if len(data) >= 2 && data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	if v, err := strconv.ParseInt(string(data), 10, 64); err == nil {
		*n = number(v)
	} else if f, err := strconv.ParseFloat(string(data), 64); err == nil && f == float64(int32(f)) {
		*n = number(f)
	}
	return nil
}

// decode returns the answer that data holds. What is not an answer is
// ErrBadResponse. It takes the whole at once because a json.Decoder that is fed
// in small pieces spends quadratic time on padding.
func decode(data []byte) (answer, error) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := a.read(dec); err != nil {
		return answer{}, badJSON(err)
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
		var message text
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
		if err := dec.Decode(&r); err != nil && !isTypeError(err) {
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

func isTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// errTooShort is what an answer gets that was cut off.
var errTooShort = fmt.Errorf("%w: it ends too early", catalog.ErrBadResponse)

// badJSON makes errors of a decoder ErrBadResponse.
func badJSON(err error) error {
	switch {
	case errors.Is(err, catalog.ErrBadResponse):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errTooShort
	}
	return fmt.Errorf("%w: not JSON: %w", catalog.ErrBadResponse, err)
}
