package itunes

import (
	"encoding/json"

	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// A response is what the service sends: results, or a message why not.
type response struct {
	Rows    *lenient.Rows[row] `json:"results"` // nil: there are none, not even an empty list
	Message lenient.Text       `json:"errorMessage"`
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

// decode returns the response that data holds. What is not a response is
// ErrBadResponse.
func decode(data []byte) (response, error) {
	var r response
	if err := json.Unmarshal(data, &r); err != nil {
		return response{}, lenient.Error(err)
	}
	return r, nil
}
