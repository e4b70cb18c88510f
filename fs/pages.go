package fs

import (
	"context"
	"errors"
	"time"
)

// pages are how far one reader of a folder has come in its listing. nil are
// those of a folder that has no more than it shows at first.
type pages struct {
	lister *lister
	view   *view     // the last whose entries were read
	until  time.Time // when to wait no longer; zero before the first wait
}

func newPages(l *lister) *pages { return &pages{lister: l} }

// rewind starts anew with what is there now.
func (p *pages) rewind() {
	if p != nil {
		*p = pages{lister: p.lister}
		p.view, _ = p.lister.current()
	}
}

// turn waits for the next page and reports whether it is there. It waits for
// nextPages in all: after that the rest is read behind the reader's back.
func (p *pages) turn(ctx context.Context) (bool, error) {
	if p.until.IsZero() {
		p.until = time.Now().Add(nextPages)
	}
	brief, cancel := context.WithDeadline(ctx, p.until)
	defer cancel()
	now, err := p.lister.after(brief, p.view)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		p.lister.readOn()
		return false, nil
	}
	more := now != p.view
	p.view = now
	return more, err
}

// isLast reports whether nothing follows what was read.
func (p *pages) isLast() bool {
	if p == nil || p.view == nil {
		return true
	}
	now, _ := p.lister.current()
	return now == p.view && now.listing.Next == ""
}

// after returns the view that follows v: one that is there already, or v with
// the next page, for which it waits. v itself is returned where nothing follows.
func (l *lister) after(ctx context.Context, v *view) (*view, error) {
	if now, _ := l.current(); now != v || v.listing.Next == "" {
		return now, nil
	}
	if err := l.wait(ctx, l.renew(l.calls.more)); err != nil {
		return v, err
	}
	return l.current()
}

// readOn reads all pages that are left, in the background.
func (l *lister) readOn() {
	l.fs.tasks.start(func() {
		v, _ := l.current()
		for {
			next, err := l.after(l.fs.ctx, v)
			if err != nil || next == v {
				return
			}
			v = next
		}
	})
}
