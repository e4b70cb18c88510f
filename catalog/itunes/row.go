package itunes

import (
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

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
