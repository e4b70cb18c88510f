package cached

import (
	"context"
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
)

// SearchMore returns what a query finds with one more page of it than is kept,
// or all of it if nothing more is to be had. Sequence differs if there is more.
func (c *Source) SearchMore(ctx context.Context, query string) (catalog.Listing, error) {
	return c.more(ctx, key{arg: query})
}

// ListMore is SearchMore for what a folder holds.
func (c *Source) ListMore(ctx context.Context, folder string) (catalog.Listing, error) {
	return c.more(ctx, key{folder: true, arg: folder})
}

// more adds a page to what is kept of k, unless it is renewed meanwhile: pages
// of two listings are not put together.
func (c *Source) more(ctx context.Context, k key) (catalog.Listing, error) {
	had, err := c.get(ctx, k)
	if err != nil {
		return catalog.Listing{}, err
	}
	for {
		e, err := share(ctx, c.tasks, k.fetching(), func(ctx context.Context) (*entry, error) { return c.add(ctx, k) })
		if err != nil {
			return catalog.Listing{}, err
		}
		// A call that had just brought what is known already is not the one.
		if e.listing.Next == "" || e.listing.Sequence != had.Sequence {
			return e.listing, nil
		}
	}
}

// add asks the service for the page that follows what is kept of k, and keeps it.
func (c *Source) add(ctx context.Context, k key) (*entry, error) {
	e := c.kept(k)
	switch {
	case e == nil: // forgotten meanwhile
		return c.fetchNow(ctx, k)
	case e.listing.Next == "":
		return e, nil
	}
	if e.pages >= maxPages {
		return nil, errTooManyPages
	}
	s := newSanitizer(e.listing)
	if err := c.addPage(ctx, s); err != nil {
		return nil, err
	}
	l := s.listing
	l.Expires = e.listing.Expires
	return c.keep(ctx, k, pagedListing{l, e.pages + 1})
}

// A pagedListing is a listing, sanitized and without names, with the number of pages that
// were added to its first.
type pagedListing struct {
	catalog.Listing
	pages int
}

// maxPages is how many pages may be added to the first of a listing: each costs all
// of the listing again.
const maxPages = 1000

// errTooManyPages is what a page fails with that is one more.
var errTooManyPages = fmt.Errorf("%w: more than 1,000 pages in one folder", catalog.ErrBadResponse)

// ask returns what the service says of k now: its first page, and as many more
// as make up for what is kept of it.
func (c *Source) ask(ctx context.Context, k key) (pagedListing, error) {
	list := c.src.Search
	if k.folder {
		list = c.src.List
	}
	l, err := list(ctx, k.arg)
	if err != nil {
		return pagedListing{}, err
	}
	s := newSanitizer(catalog.Listing{})
	if err := s.add(ctx, l); err != nil || l.Next == "" {
		return pagedListing{s.listing, 0}, err
	}
	had := 0
	if e := c.kept(k); e != nil {
		had = count(e.listing)
	}
	pages := 0
	for ; err == nil && s.listing.Next != "" && count(s.listing) < had && pages < maxPages; pages++ {
		err = c.addPage(ctx, s)
	}
	return pagedListing{s.listing, pages}, err
}

// addPage adds the next page to a listing. A page that brings nothing new is the last
// one: a service that repeats itself comes to an end.
func (c *Source) addPage(ctx context.Context, s *sanitizer) error {
	pager, ok := c.src.(catalog.Pager)
	if !ok {
		s.listing.Next = ""
		return nil
	}
	page, err := pager.More(ctx, s.listing.Next)
	if err != nil {
		return err
	}
	had := count(s.listing)
	if err := s.add(ctx, page); err != nil {
		return err
	}
	if count(s.listing) == had {
		s.listing.Next = ""
	}
	return nil
}

// count returns how many entries a listing has.
func count(l catalog.Listing) int { return len(l.Folders) + len(l.Tracks) }
