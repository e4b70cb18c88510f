package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// checkLocate locates all that the query finds.
func checkLocate(ctx context.Context, s Service) error {
	ids, err := identifiers(ctx, s)
	for _, id := range ids {
		l, locateErr := s.Source.Locate(ctx, id)
		if locateErr == nil {
			locateErr = catalog.CheckURL(l.URL)
		}
		if locateErr != nil {
			err = errors.Join(err, fmt.Errorf("track %q: %w", id, locateErr))
		}
	}
	return err
}

// checkUnknown asks for what no service has.
func checkUnknown(ctx context.Context, s Service) error {
	for _, id := range []string{"no-such-thing-987654321", "../../etc/passwd", "\x00", "\xff", strings.Repeat("x", 4000)} {
		if _, err := s.Source.Locate(ctx, id); !errors.Is(err, catalog.ErrNotFound) {
			return wrongError(fmt.Sprintf("track %.40q", id), err, catalog.ErrNotFound)
		}
		if _, err := s.Source.List(ctx, id); !errors.Is(err, catalog.ErrNotFound) {
			return wrongError(fmt.Sprintf("folder %.40q", id), err, catalog.ErrNotFound)
		}
	}
	if _, err := s.Source.Locate(ctx, ""); !errors.Is(err, catalog.ErrNotFound) {
		return wrongError("track without ID", err, catalog.ErrNotFound)
	}
	return nil
}
