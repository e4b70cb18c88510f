package listing

import (
	"context"
	"time"
)

// Complete waits for the pages of the listing after the first, on behalf of
// someone who opens the folder. It waits for pageTimeout in all: after that the
// rest is read behind the reader's back.
func (l *Lister) Complete(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	err := l.readPages(limited)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		l.readBehind()
		return nil
	}
	return err
}

// IsUnread reports whether pages follow for which who looks up a name that is not listed
// so far waits, or why they cannot be had: not what took too long when it was last waited
// for, and what failed only at the pace of listings.
func (l *Lister) IsUnread() (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.view == nil || l.view.Listing.Next == "" || l.behind:
		return false, nil
	case l.err != nil && !l.pace.allows(time.Now()):
		return false, l.err
	}
	return true, nil
}

// readBehind reads pages in the background, unless that is done already. The
// lister keeps why it failed.
func (l *Lister) readBehind() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.behind {
		return
	}
	l.behind = l.life.Start(func() {
		_ = l.readPages(l.life.Context())
		l.mu.Lock()
		defer l.mu.Unlock()
		l.behind = false
	})
}

// readPages waits until all pages are there.
func (l *Lister) readPages(ctx context.Context) error {
	v, _ := l.Current()
	for v != nil && v.Listing.Next != "" {
		next, err := l.after(ctx, v)
		if err != nil || next == v {
			return err
		}
		v = next
	}
	return nil
}

// after returns the view that follows v: one that is there already, or v with
// the next page, for which it waits. v itself is returned where nothing follows.
func (l *Lister) after(ctx context.Context, v *View) (*View, error) {
	if now, _ := l.Current(); now != v {
		return now, nil
	}
	for range 2 { // a call under way may have been for the page before
		a := l.page()
		if err := l.wait(ctx, a); err != nil {
			return v, err
		}
		if now, _ := l.Current(); now != v || a.err != nil {
			return now, a.err
		}
	}
	return v, nil
}
