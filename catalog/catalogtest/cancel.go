package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// soon is how long a call may take that must not wait for the service. It is
// generous, for a machine that is busy; a call that hangs hangs for good.
const soon = 10 * time.Second

// checkCancel makes calls whose context has ended, and calls whose context ends
// while the service keeps them waiting.
func checkCancel(ctx context.Context, s Service) error {
	others, err := localCalls(ctx, s)
	if err != nil {
		return err
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := errors.Join(endsSearch(ended, s), endOthers(ended, others)); err != nil {
		return fmt.Errorf("with a context that has ended: %w", err)
	}
	s.Stall()
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if err := errors.Join(endsSearch(short, s), endOthers(short, others)); err != nil {
		return fmt.Errorf("with a service that stalls: %w", err)
	}
	return nil
}

// localCalls returns the calls that may be answered without asking the service.
func localCalls(ctx context.Context, s Service) (map[string]func(context.Context) error, error) {
	found, err := s.Source.Search(ctx, s.Query)
	if err != nil {
		return nil, err
	}
	ids, err := identifiers(ctx, s)
	if err != nil {
		return nil, err
	}
	list := func(folder string) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.Source.List(ctx, folder); return err }
	}
	calls := map[string]func(context.Context) error{
		"the top": list(""),
		"locate":  func(ctx context.Context) error { _, err := s.Source.Locate(ctx, ids[0]); return err },
	}
	if len(found.Folders) > 0 {
		calls["list"] = list(found.Folders[0].ID)
	}
	if pager, ok := s.Source.(catalog.Pager); ok && found.Next != "" {
		calls["more"] = func(ctx context.Context) error { _, err := pager.More(ctx, found.Next); return err }
	}
	return calls, nil
}

// endOthers makes calls that must end with their context at the latest.
func endOthers(ctx context.Context, calls map[string]func(context.Context) error) error {
	for what, call := range calls {
		err := within(func() error {
			if err := call(ctx); err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
				return wrongError("it", err, context.Canceled)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// endsSearch makes a search that only the end of its context can end.
func endsSearch(ctx context.Context, s Service) error {
	return within(func() error {
		_, err := s.Source.Search(ctx, s.Query)
		if cause := ctx.Err(); cause == nil || !errors.Is(err, cause) {
			return wrongError("search", err, context.Cause(ctx))
		}
		return nil
	})
}

// within fails if call does not return soon.
func within(call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(soon):
		return fmt.Errorf("no return within %v", soon)
	}
}
