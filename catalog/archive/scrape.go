package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
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
	Cursor lenient.Text             `json:"cursor"`
	Total  lenient.Number           `json:"total"`
	Error  lenient.Texts            `json:"error"`
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
	}
	return f, nil
}

// scrape returns the page of items at p.
func (s *Source) scrape(ctx context.Context, p position) (catalog.Listing, error) {
	resp, err := s.call(ctx, s.site.search(p.params()))
	var f found
	if err == nil {
		f, err = decodeFound(resp.Body)
	}
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("search: %w", err)
	}
	folders, skipped := f.folders()
	if skipped > 0 {
		s.log.WarnContext(ctx, "items without a usable identifier left out", "query", p.query, "items", skipped)
	}
	listing := catalog.Listing{Folders: folders[:min(len(folders), s.limit-min(p.count, s.limit))]}
	switch next := p.count + len(folders); {
	case next >= s.limit && int(f.Total) > s.limit:
		s.log.InfoContext(ctx, "a search shows the first items only; see the option limit",
			"query", p.query, "limit", s.limit, "found", int64(f.Total))
	case f.Cursor != "" && len(folders) > 0 && next < s.limit:
		listing.Next = position{p.query, string(f.Cursor), next}.String()
	}
	return listing, nil
}

// folders returns the items as folders, each once, and how many are unusable.
func (f found) folders() (folders []catalog.Folder, skipped int) {
	seen := map[string]bool{}
	for _, item := range *f.Items {
		id := string(item.Identifier)
		if !isIdentifier(id) {
			skipped++
			continue
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		title := item.Title.First()
		if catalog.SanitizeText(title) == "" {
			title = id
		}
		folders = append(folders, catalog.Folder{ID: id, Title: title, Modified: parseDate(item.Date.First())})
	}
	return folders, skipped
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
	return err
}
