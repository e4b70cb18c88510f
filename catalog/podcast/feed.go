package podcast

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/document"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
	"github.com/tunesfs/tunesfs/catalog/internal/xmlbound"
)

// coverID identifies the picture of a feed. An episode that calls itself so is
// known by more than that.
const coverID = "cover"

// A feed is a parsed one, and what becomes of it.
type feed struct {
	*gofeed.Feed
	at      *url.URL // where it came from; addresses in it may be relative
	content document.Content
}

// read returns what a feed holds: its episodes, newest first and those without
// a date last, then its cover. Of a feed whose entries are none it has no cover either: that
// alone must not take the place of the episodes that were.
func read(ctx context.Context, _ *url.URL, resp *web.Response) (document.Content, error) {
	parsed, rows, err := parse(ctx, resp)
	if err != nil {
		return document.Content{}, err
	}
	if rows == 0 && strings.TrimSpace(parsed.Title) == "" {
		return document.Content{}, fmt.Errorf("%w: a feed without a title or an episode", catalog.ErrBadResponse)
	}
	f := feed{Feed: parsed, at: resp.URL, content: document.Content{Skipped: skip.Count{}}}
	for _, item := range parsed.Items {
		if err := f.add(item); err != nil {
			return document.Content{}, err
		}
	}
	if lost := rows - len(parsed.Items); lost > 0 { // where no feed has any, such as in a second channel
		f.content.Skipped[skip.Failed] += lost
	}
	slices.SortStableFunc(f.content.Rows, func(a, b document.Row) int { return b.Released.Compare(a.Released) })
	if cover := f.picture(); cover != "" && (len(f.content.Rows) > 0 || f.content.Skipped.Sum() == 0) {
		f.content.Rows = append(f.content.Rows, coverRow(cover))
	}
	return f.content, nil
}

// parse reads XML, and counts the items in it. Some servers send feeds as text/html or text/plain, so what
// counts is what the document is.
func parse(ctx context.Context, resp *web.Response) (parsed *gofeed.Feed, rows int, err error) {
	data := printable(resp.Body)
	switch gofeed.DetectFeedType(bytes.NewReader(data[:min(len(data), xmlbound.MaxToken)])) {
	case gofeed.FeedTypeJSON:
		return nil, 0, fmt.Errorf("%w: JSON, where a feed is RSS or Atom", catalog.ErrBadResponse)
	case gofeed.FeedTypeUnknown:
		return nil, 0, fmt.Errorf("%w: no feed in RSS or Atom, but Content-Type %.40q", catalog.ErrBadResponse, resp.Type)
	}
	if rows, err = xmlbound.Count(ctx, data, bounds); err != nil {
		return nil, 0, err
	}
	parsed, err = gofeed.NewParser().Parse(xmlbound.Reader(ctx, data))
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	} else if err != nil {
		return nil, 0, xmlbound.Error(err)
	}
	return parsed, rows, nil
}

const (
	// maxEpisodes is how many episodes a feed may have, however little of each.
	maxEpisodes = 50_000

	// maxElements is how many tags and attributes: 10,000 episodes of 25. An
	// empty one takes some 300 bytes of memory.
	maxElements = 250_000
)

// bounds are those of a feed. The parser builds all of it in memory.
var bounds = xmlbound.Options{
	CharsetReader: charset.NewReaderLabel, Rows: []string{"item", "entry"}, MaxRows: maxEpisodes, MaxElements: maxElements,
	Needed: []string{"channel", "feed"},
}

// printable returns a document without control characters, which XML does not
// allow and some feeds have.
func printable(data []byte) []byte {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF")))
	control := func(b byte) bool { return b < ' ' && b != '\t' && b != '\n' && b != '\r' }
	printed := make([]byte, 0, len(data))
	for _, b := range data {
		if !control(b) {
			printed = append(printed, b)
		}
	}
	return printed
}

// add makes an item a row, if it has audio. It fails as document.Content.Add does.
func (f *feed) add(item *gofeed.Item) error {
	address, kind, why := f.audio(item)
	if why != "" {
		f.content.Skipped[why]++
		return nil
	}
	t := catalog.Track{
		Title:    item.Title,
		Artist:   f.author(item),
		Album:    f.Title,
		Duration: duration(item),
		Released: released(item),
		Dated:    true,
		Size:     -1, // what feeds say of the length is often wrong
		URL:      address,
		Artwork:  f.artwork(item),
		Store:    f.page(item),
		License:  f.Copyright,
	}
	t.Type, t.Ext = catalog.MediaOf(kind, address)
	return f.content.Add(document.Row{Track: t, Marks: []string{
		item.GUID, // lasts, whatever becomes of the rest
		strings.Join([]string{item.Title, item.Published, document.Plain(address)}, "\n"),
		address,
	}})
}

func (f *feed) author(item *gofeed.Item) string {
	if item.ITunesExt != nil && item.ITunesExt.Author != "" {
		return item.ITunesExt.Author
	}
	for _, people := range [][]*gofeed.Person{item.Authors, f.Authors} {
		if len(people) > 0 && people[0].Name != "" {
			return people[0].Name
		}
	}
	return f.Title
}

// resolve returns an address in the feed as an absolute one.
func (f *feed) resolve(raw string) string {
	u, err := f.at.Parse(strings.TrimSpace(raw))
	if err != nil {
		return ""
	}
	return u.String()
}

// picture returns the address of the feed's picture, or "".
func (f feed) picture() string {
	var candidates []string
	if f.ITunesExt != nil {
		candidates = append(candidates, f.ITunesExt.Image)
	}
	if f.Image != nil {
		candidates = append(candidates, f.Image.URL)
	}
	for _, raw := range candidates {
		if address := f.resolve(raw); raw != "" && catalog.CheckURL(address) == nil {
			return address
		}
	}
	return ""
}

// coverRow returns the picture as a file beside the episodes.
func coverRow(address string) document.Row {
	name := "cover.jpg"
	if ext := strings.ToLower(path.Ext(document.Plain(address))); catalog.IsPicture(ext) {
		name = "cover" + cmp.Or(map[string]string{".jpeg": ".jpg"}[ext], ext)
	}
	return document.Row{Track: catalog.Track{Title: name, File: name, Size: -1, URL: address}, Marks: []string{coverID}}
}
