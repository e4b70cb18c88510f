package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// locate returns where the file is, and whether it was just asked for. Asking
// may take so long as no byte has to arrive.
func (d *Download) locate(ctx context.Context, patience time.Duration) (loc Location, fresh bool, err error) {
	select {
	case d.locating <- struct{}{}:
		defer func() { <-d.locating }()
	case <-ctx.Done():
		return Location{}, false, context.Cause(ctx)
	}
	d.mu.Lock()
	loc = d.location
	d.mu.Unlock()
	if loc.URL != "" {
		return loc, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if loc, err = d.store.opt.Locate(ctx, d.key); err != nil {
		return Location{}, false, fmt.Errorf("finding the file: %w", err)
	}
	d.mu.Lock()
	d.location, d.recalled = loc, false
	d.touched()
	d.mu.Unlock()
	return loc, true, nil
}

// expired reports whether err can mean that loc has run out, and forgets it in
// that case. An address of an earlier session may just as well lead nowhere.
func (d *Download) expired(loc Location, err error) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	var status *fault.StatusError
	refused := errors.As(err, &status) && status.Expired()
	if !refused && !(d.recalled && errors.Is(err, ErrUnreachable)) {
		return false
	}
	if d.location.URL == loc.URL {
		d.location, d.recalled = Location{}, false
	}
	return true
}
