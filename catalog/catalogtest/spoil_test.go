package catalogtest

import (
	"context"
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// finds makes a library find other tracks than two.
func finds(change func([]catalog.Track) []catalog.Track) func(*library, *Service) {
	return func(l *library, s *Service) {
		search := l.search
		l.search = func(ctx context.Context, query string) (catalog.Listing, error) {
			found, err := search(ctx, query)
			if query == s.Query && err == nil {
				found.Tracks = change(found.Tracks)
			}
			return found, err
		}
	}
}

// spoils makes a library change the first track that it finds.
func spoils(change func(*catalog.Track)) func(*library, *Service) {
	return finds(func(tracks []catalog.Track) []catalog.Track {
		change(&tracks[0])
		return tracks
	})
}

// pages makes the page that follows hold one track, and lead to another page.
func pages(id func(n int) string, next string) func(*library, *Service) {
	return func(l *library, _ *Service) {
		n := 2
		l.more = func(_ context.Context, asked string) (catalog.Listing, error) {
			if asked != "2" {
				return catalog.Listing{}, catalog.ErrNotFound
			}
			n++
			return catalog.Listing{Tracks: []catalog.Track{{ID: id(n / 2 * 2), Size: -1}}, Next: next}, nil
		}
	}
}

// refuses makes every query but the usual ones an error.
func refuses(words func(query string) string) func(*library, *Service) {
	return func(l *library, s *Service) {
		l.search = func(_ context.Context, query string) (catalog.Listing, error) {
			return catalog.Listing{}, errors.New(words(query))
		}
	}
}

// mistakes makes a library take errors of its service for others.
func mistakes(change func(error) error) func(*library, *Service) {
	return func(l *library, s *Service) {
		search := l.search
		l.search = func(ctx context.Context, query string) (catalog.Listing, error) {
			found, err := search(ctx, query)
			if err != nil {
				err = change(err)
			}
			return found, err
		}
	}
}

// replaced returns another error in place of one that asks for fewer calls.
func replaced(err, other error) error {
	if errors.Is(err, catalog.ErrRateLimited) {
		return other
	}
	return err
}

func tomorrow() error { return &catalog.RateLimitError{Retry: time.Now().Add(24 * time.Hour)} }

// uncalled makes a call fail with words of its own where its context has ended.
func uncalled(call listCallOf, arg string) listCallOf {
	return func(ctx context.Context, asked string) (catalog.Listing, error) {
		l, err := call(ctx, asked)
		if err != nil && asked == arg {
			err = errors.New("failed")
		}
		return l, err
	}
}

type listCallOf = func(context.Context, string) (catalog.Listing, error)

func locates(address string) func(*library, *Service) {
	return func(l *library, _ *Service) {
		l.locate = func(context.Context, string) (catalog.Location, error) {
			return catalog.Location{URL: address}, nil
		}
	}
}
