package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// pageSize is how many items the first page has: the fewest that can be asked for.
const pageSize = 100

// A position is where a page of items begins.
type position struct {
	query  string
	cursor string // the service's; "" for the first page
	count  int    // items before it
}

// String returns what parsePosition reads.
func (p position) String() string {
	return url.Values{"q": {p.query}, "cursor": {p.cursor}, "n": {strconv.Itoa(p.count)}}.Encode()
}

// parsePosition returns a position but for the first page's.
func parsePosition(text string) (position, bool) {
	v, err := url.ParseQuery(text)
	n, bad := strconv.Atoi(v.Get("n"))
	p := position{v.Get("q"), v.Get("cursor"), n}
	return p, err == nil && bad == nil && n > 0 && p.query != "" && p.cursor != ""
}

// params returns how to ask for the page. The service has been seen to ignore a
// cursor beside a count, so that only the first page says how long it should be:
// https://github.com/jbuckner/InternetArchiveKit/issues/33
func (p position) params() url.Values {
	v := url.Values{"q": {p.query}, "fields": {"identifier,title,date"}, "sorts": {"downloads desc"}}
	if p.cursor == "" {
		v.Set("count", strconv.Itoa(pageSize))
	} else {
		v.Set("cursor", p.cursor)
	}
	return v
}

// A found is a page of items, as the service sends it.
type found struct {
	Items  *lenient.Rows[foundItem] `json:"items"`
	Cursor cursor                   `json:"cursor"`
	Total  lenient.Number           `json:"total"`
	Error  lenient.Texts            `json:"error"`
}

// A cursor is the service's word for where the next page begins.
type cursor struct {
	text lenient.ID
	odd  bool // it is no word
}

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (c *cursor) UnmarshalJSON(data []byte) error {
	_ = c.text.UnmarshalJSON(data) // never fails
	c.odd = c.text == "" && string(data) != "null" && string(data) != `""`
	return nil
}

type foundItem struct {
	Identifier lenient.Text  `json:"identifier"`
	Title      lenient.Texts `json:"title"`
	Date       lenient.Texts `json:"date"`
}

// decodeFound returns the page that data holds, or ErrBadResponse.
func decodeFound(data []byte) (found, error) {
	var f found
	if err := json.Unmarshal(data, &f); err != nil {
		return found{}, lenient.Error(err)
	}
	switch {
	case f.Error.First() != "":
		return found{}, fmt.Errorf("%w: %s", catalog.ErrUnavailable, catalog.SanitizeText(f.Error.First()))
	case f.Items == nil:
		return found{}, fmt.Errorf("%w: no items in it", catalog.ErrBadResponse)
	case f.isLost():
		return found{}, fmt.Errorf("%w: no item in it makes sense", catalog.ErrBadResponse)
	}
	return f, nil
}

// isLost reports whether items came, none of which can be one: that is no page, not
// even an empty one.
func (f found) isLost() bool {
	usable := func(i foundItem) bool { return isIdentifier(string(i.Identifier)) }
	return len(*f.Items) > 0 && !slices.ContainsFunc(*f.Items, usable)
}

// scrape returns the page of items at p.
func (s *Source) scrape(ctx context.Context, p position) (catalog.Listing, error) {
	resp, err := s.call(ctx, s.site.search(p.params()))
	var f found
	if err == nil {
		f, err = decodeFound(resp.Body)
	}
	if err == nil && p.cursor == "" && len(*f.Items) == 0 && f.Total > 0 {
		err = fmt.Errorf("%w: none of %d items in it", catalog.ErrBadResponse, f.Total)
	}
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("search: %w", err)
	}
	folders, skipped, equal := f.folders()
	listing := catalog.Listing{Folders: folders[:min(len(folders), s.limit-min(p.count, s.limit))]}
	s.logItems(ctx, p, skipped, equal, len(folders)-len(listing.Folders))
	next, cursor := p.count+len(folders), string(f.Cursor.text)
	ends := cursor == "" && !f.Cursor.odd && int64(f.Total) <= int64(next+skipped+equal)
	switch {
	case next >= s.limit && (!ends || int64(f.Total) > int64(s.limit)):
		s.log.InfoContext(ctx, "a search shows the first items only; see the option limit",
			"query", p.query, "limit", s.limit, "found", int64(f.Total))
	case ends, next >= s.limit:
	case cursor != "" && cursor != p.cursor && len(folders) > 0:
		listing.Next = position{p.query, cursor, next}.String()
	default: // nothing leads on, or round in a circle
		s.log.WarnContext(ctx, "a search ends before its last page", "query", p.query, "shown", next, "found", int64(f.Total))
	}
	return listing, nil
}

// logItems tells once of all items of a page that were left out.
func (s *Source) logItems(ctx context.Context, p position, skipped, equal, cut int) {
	level := slog.LevelDebug
	if skipped > 0 {
		level = slog.LevelWarn
	}
	if skipped+equal+cut > 0 {
		s.log.Log(ctx, level, "items left out", "query", p.query, "without_usable_identifier", skipped, "equal", equal, "over_limit", cut)
	}
}

// folders returns the items as folders, each once, how many are unusable, and how many
// are there already.
func (f found) folders() (folders []catalog.Folder, skipped, equal int) {
	seen := map[string]bool{}
	for _, item := range *f.Items {
		id := string(item.Identifier)
		if !isIdentifier(id) {
			skipped++
			continue
		}
		if seen[id] {
			equal++
			continue
		}
		seen[id] = true
		title := item.Title.First()
		if catalog.SanitizeText(title) == "" {
			title = id
		}
		folders = append(folders, catalog.Folder{ID: id, Title: title, Modified: parseDate(item.Date.First())})
	}
	return folders, skipped, equal
}

// explained says of a refused query why, in the service's own words.
func explained(err error) error {
	status, ok := errors.AsType[*web.StatusError](err)
	if !ok {
		return err
	}
	var f found
	if json.Unmarshal(status.Body, &f) == nil && f.Error.First() != "" {
		return fmt.Errorf("%w: %s", status.Unwrap(), catalog.SanitizeText(strings.TrimSpace(f.Error.First())))
	}
	return web.WithoutBody(err)
}
