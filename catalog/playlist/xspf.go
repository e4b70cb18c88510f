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

// parseXSPF reads XML, whose root must be a playlist.
func parseXSPF(ctx context.Context, text string) ([]entry, error) {
	err := xmlbound.Check(ctx, []byte(text), xmlbound.Options{CharsetReader: asItIs})
	if ctx.Err() != nil || errors.Is(err, xmlbound.ErrTooMuch) { // the parser finds what else is wrong
		return nil, err
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = asItIs
	var all []entry
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, xmlbound.Error(err)
		}
		start, opens := token.(xml.StartElement)
		_, closes := token.(xml.EndElement)
		switch {
		case closes:
			if depth--; depth == 0 {
				return all, nil
			}
		case !opens:
		case depth == 0 && start.Name.Local != "playlist":
			return nil, fmt.Errorf("%w: no playlist, but a document of type %.40q", catalog.ErrBadResponse, start.Name.Local)
		case start.Name.Local == "extension":
			err = d.Skip()
		case start.Name.Local == "track" && len(all) == maxEntries:
			return nil, errTooMany
		case start.Name.Local == "track":
			var t xspfTrack
			err = d.DecodeElement(&t, &start)
			all = append(all, t.entry())
		default:
			depth++
		}
		if err != nil {
			return nil, xmlbound.Error(err)
		}
	}
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
