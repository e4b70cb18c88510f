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
	AlbumArtist    lenient.Text   `json:"collectionArtistName"`

	// placed is TrackNumber as the service sent it, where that was changed.
	placed lenient.Number
}

// isResult reports whether a row is of the store: it leads to audio or a feed, or it has a
// number and a name. The store lists tracks without a preview too. An error or an
// advertisement in place of a row has neither.
func (r row) isResult() bool {
	isKnown := r.TrackID > 0 || r.CollectionID > 0
	isNamed := r.TrackName != "" || r.CollectionName != "" || r.ArtistName != ""
	return isKnown && isNamed || unusable(string(r.PreviewURL)) == "" || isFeed(string(r.FeedURL))
}
