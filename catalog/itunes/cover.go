package itunes

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// coverID begins the identifiers of covers, before the number of their album.
const coverID = "cover:"

// The service lists pictures of 100 pixels. Its image server scales to what is
// asked, where it has as much.
const (
	listedSize = "100x100bb"
	wantedSize = "600x600bb"
)

// artwork returns the address of a picture that is large enough to be looked at.
func artwork(raw string) string {
	return page(resized(raw, listedSize, wantedSize))
}

// resized returns the address of a picture in another size. Only the name of the
// file says which that is, though folders may be called so too.
func resized(address, from, to string) string {
	name := strings.LastIndex(address, "/") + 1
	return address[:name] + strings.Replace(address[name:], from, to, 1)
}

// coverOf returns the cover of the album with a number that rows tell of.
func coverOf(rows []row, number, license string) (catalog.Track, bool) {
	for _, r := range rows {
		address := artwork(string(r.ArtworkURL))
		if address == "" {
			continue
		}
		return catalog.Track{
			ID:       coverID + number,
			Title:    "Cover",
			Artist:   string(r.ArtistName),
			Album:    string(r.CollectionName),
			Released: r.released(),
			Size:     -1,
			URL:      address,
			Artwork:  address,
			Store:    page(string(r.CollectionURL), string(r.TrackViewURL)),
			License:  license,
			File:     coverName(address),
		}, true
	}
	return catalog.Track{}, false
}

// coverName returns the name of a cover, by its address.
func coverName(address string) string {
	u, err := url.Parse(address)
	if err != nil || !catalog.IsPicture(u.Path) || strings.EqualFold(path.Ext(u.Path), ".jpeg") {
		return "cover.jpg"
	}
	return "cover" + strings.ToLower(path.Ext(u.Path))
}

// locateCover returns where the cover of an album is: the large picture, or the
// one that is listed where the image server has no other.
func (s *Source) locateCover(ctx context.Context, id, number string) (catalog.Location, error) {
	rows, err := s.lookup(ctx, number, nil)
	if err != nil {
		return catalog.Location{}, err
	}
	cover, ok := coverOf(rows, number, s.license)
	if !ok {
		return catalog.Location{}, notFound("cover", id)
	}
	if s.isMissing(ctx, cover.URL) {
		return catalog.Location{URL: resized(cover.URL, wantedSize, listedSize)}, nil
	}
	return catalog.Location{URL: cover.URL}, nil
}

// isMissing reports whether a server says that it has no such picture.
func (s *Source) isMissing(ctx context.Context, address string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return false
	}
	_, err = s.images.Do(req)
	return errors.Is(err, catalog.ErrNotFound)
}
