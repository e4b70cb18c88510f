package playlist

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/xmlbound"
)

// An xspfTrack is a track of an XSPF list, as far as it is used.
type xspfTrack struct {
	Locations []string `xml:"location"`
	Title     string   `xml:"title"`
	Creator   string   `xml:"creator"`
	Album     string   `xml:"album"`
	Duration  string   `xml:"duration"` // milliseconds
	Image     string   `xml:"image"`
	Info      string   `xml:"info"`
}

// asItIs is for text that is UTF-8 by now, whatever its declaration says.
func asItIs(_ string, input io.Reader) (io.Reader, error) { return input, nil }

// parseXSPF reads XML, whose root must be a playlist with a list of tracks.
func parseXSPF(ctx context.Context, text string) ([]entry, error) {
	err := xmlbound.Check(ctx, []byte(text), xmlbound.Options{CharsetReader: asItIs})
	if ctx.Err() != nil || errors.Is(err, xmlbound.ErrTooMuch) { // the parser finds what else is wrong
		return nil, err
	}
	x := xspf{Decoder: xml.NewDecoder(strings.NewReader(text))}
	x.CharsetReader = asItIs
	for {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: no playlist in it", catalog.ErrBadResponse)
		} else if err != nil {
			return nil, xmlbound.Error(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := x.open(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			if x.depth--; x.depth == 0 {
				return x.end()
			}
		}
	}
}

// An xspf is a list as far as it was read.
type xspf struct {
	*xml.Decoder
	depth  int
	listed bool // there is a list of tracks, though it may be empty
	all    []entry
}

// open reads an element that begins: all of a track, of others only that.
func (x *xspf) open(start xml.StartElement) error {
	switch name := start.Name.Local; {
	case x.depth == 0 && name != "playlist":
		return fmt.Errorf("%w: no playlist, but a document of type %.40q", catalog.ErrBadResponse, name)
	case name == "extension":
		return parseError(x.Skip())
	case name == "track" && len(x.all) == maxEntries:
		return errTooMany
	case name == "track":
		var t xspfTrack
		err := x.DecodeElement(&t, &start)
		x.all, x.listed = append(x.all, t.entry()), true
		return parseError(err)
	}
	x.listed = x.listed || start.Name.Local == "trackList"
	x.depth++
	return nil
}

func (x *xspf) end() ([]entry, error) {
	if !x.listed {
		return nil, fmt.Errorf("%w: no list of tracks in it", catalog.ErrBadResponse)
	}
	return x.all, nil
}

// parseError is xmlbound.Error, and nil for nil.
func parseError(err error) error {
	if err == nil {
		return nil
	}
	return xmlbound.Error(err)
}

// entry returns a track with the first of its addresses that is of a web server,
// else the first.
func (t xspfTrack) entry() entry {
	e := entry{
		title: strings.TrimSpace(t.Title), artist: strings.TrimSpace(t.Creator), album: strings.TrimSpace(t.Album),
		artwork: strings.TrimSpace(t.Image), page: strings.TrimSpace(t.Info),
		duration: duration(t.Duration, time.Millisecond),
	}
	for _, location := range t.Locations {
		location = strings.TrimSpace(location)
		isWeb := catalog.CheckURL(location) == nil
		if e.address == "" || isWeb {
			e.address = location
		}
		if isWeb {
			break
		}
	}
	return e
}
