package listing

import "context"

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
