package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"time"
)

// A row is one result in the form of the iTunes Search API ("Understanding
// Search Results", https://performance-partners.apple.com/search-api).
type row struct {
	WrapperType            string  `json:"wrapperType"`
	Kind                   string  `json:"kind"`
	ArtistID               uint32  `json:"artistId"`
	CollectionID           uint32  `json:"collectionId"`
	TrackID                int     `json:"trackId"`
	ArtistName             string  `json:"artistName"`
	CollectionName         string  `json:"collectionName"`
	TrackName              string  `json:"trackName"`
	CollectionCensoredName string  `json:"collectionCensoredName"`
	TrackCensoredName      string  `json:"trackCensoredName"`
	ArtistViewURL          string  `json:"artistViewUrl"`
	CollectionViewURL      string  `json:"collectionViewUrl"`
	TrackViewURL           string  `json:"trackViewUrl"`
	PreviewURL             string  `json:"previewUrl"`
	ArtworkURL30           string  `json:"artworkUrl30"`
	ArtworkURL60           string  `json:"artworkUrl60"`
	ArtworkURL100          string  `json:"artworkUrl100"`
	CollectionPrice        float64 `json:"collectionPrice"`
	TrackPrice             float64 `json:"trackPrice"`
	ReleaseDate            string  `json:"releaseDate"`
	CollectionExplicitness string  `json:"collectionExplicitness"`
	TrackExplicitness      string  `json:"trackExplicitness"`
	DiscCount              int     `json:"discCount"`
	DiscNumber             int     `json:"discNumber"`
	TrackCount             int     `json:"trackCount"`
	TrackNumber            int     `json:"trackNumber"`
	TrackTimeMillis        int64   `json:"trackTimeMillis"`
	Country                string  `json:"country"`
	Currency               string  `json:"currency"`
	PrimaryGenreName       string  `json:"primaryGenreName"`
	IsStreamable           bool    `json:"isStreamable"`
}

// newRow describes a tune that is served below base.
func newRow(t *tune, base string) row {
	const notExplicit = "notExplicit"
	artwork := fmt.Sprintf("%sartwork/%s/", base, t.slug)
	find := base + "search?term="
	return row{
		WrapperType: "track", Kind: "song",
		ArtistID: crc32.ChecksumIEEE([]byte(t.Composer)), CollectionID: crc32.ChecksumIEEE([]byte(t.Book)), TrackID: t.Number,
		ArtistName: t.Composer, CollectionName: t.Book, TrackName: t.Title,
		CollectionCensoredName: t.Book, TrackCensoredName: t.Title,
		ArtistViewURL: find + url.QueryEscape(t.Composer), CollectionViewURL: find + url.QueryEscape(t.Book),
		TrackViewURL: base + "score/" + t.slug + ".abc", PreviewURL: base + "preview/" + t.slug + ".wav",
		ArtworkURL30: artwork + "30x30bb.png", ArtworkURL60: artwork + "60x60bb.png", ArtworkURL100: artwork + "100x100bb.png",
		ReleaseDate:            t.Released.Format(time.RFC3339),
		CollectionExplicitness: notExplicit, TrackExplicitness: notExplicit,
		DiscCount: 1, DiscNumber: 1, TrackCount: t.inBook, TrackNumber: t.number,
		TrackTimeMillis: t.duration().Milliseconds(),
		Country:         "USA", Currency: "USD", PrimaryGenreName: t.Group, IsStreamable: true,
	}
}

// writeResults answers as Apple does: JSON called JavaScript, lines of padding
// around it.
func writeResults(w http.ResponseWriter, tunes []*tune, base string) {
	var body bytes.Buffer
	fmt.Fprintf(&body, "\n\n\n{\n \"resultCount\":%d,\n \"results\": [\n", len(tunes))
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	for i, t := range tunes {
		if i > 0 {
			body.WriteString(", ")
		}
		if err := encoder.Encode(newRow(t, base)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	body.WriteString("]\n}\n\n\n")
	writeJavaScript(w, http.StatusOK, body.Bytes())
}

// writeInvalid refuses a request for the value of one of its keys.
func writeInvalid(w http.ResponseWriter, key string) {
	body := fmt.Sprintf("{\"errorMessage\":\"Invalid value(s) for key(s): [%s]\"}", key)
	writeJavaScript(w, http.StatusBadRequest, []byte(body))
}

func writeJavaScript(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Content-Disposition", "attachment; filename=1.txt")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone needs no response
}
