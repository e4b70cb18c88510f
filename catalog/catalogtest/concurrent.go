package catalogtest

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// checkConcurrent makes many calls at once, which must not disturb each other.
func checkConcurrent(ctx context.Context, s Service) error {
	want, err := identifiers(ctx, s)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i := range 20 {
		group.Go(func() error {
			got, err := identifiers(ctx, s)
			if err == nil && !slices.Equal(got, want) {
				err = fmt.Errorf("found %q alone, %q among others", want, got)
			}
			return err
		})
		group.Go(func() error { _, err := s.Source.List(ctx, ""); return err })
		group.Go(func() error { _, err := s.Source.Locate(ctx, want[i%len(want)]); return err })
	}
	return group.Wait()
}
