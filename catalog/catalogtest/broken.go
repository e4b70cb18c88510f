package catalogtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// faults are what any service may send in place of what it should, and the kind
// of error that it is; nil stands for any. What closes a gate comes last.
var faults = []struct {
	name string
	h    http.HandlerFunc
	kind error
}{
	{"out of order", status(http.StatusInternalServerError), catalog.ErrUnavailable},
	{"no such thing", status(http.StatusNotFound), nil},
	{"sign-in refused", status(http.StatusUnauthorized), catalog.ErrDenied},
	{"a body without end", endless, catalog.ErrBadResponse},
	{"a body that is cut off", cut, nil},
	{"a redirect to itself", redirect(""), catalog.ErrBadResponse},
	{"a redirect to a file", redirect("file:///etc/passwd"), catalog.ErrBadResponse},
	{"a lost connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil},
	{"too many calls", later, catalog.ErrRateLimited},
}

// retry is how many seconds later wants to be left alone.
const retry = 600

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// later is 429 of RFC 6585 with Retry-After.
func later(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", fmt.Sprint(retry))
	w.WriteHeader(http.StatusTooManyRequests)
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if to == "" {
			http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
			return
		}
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}
}

func endless(w http.ResponseWriter, _ *http.Request) {
	blank := bytes.Repeat([]byte(" "), 64<<10)
	for {
		if _, err := w.Write(blank); err != nil {
			return
		}
	}
}

func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte("{")) // the connection is lost in any case
	panic(http.ErrAbortHandler)
}

// checkFaults has the service send what it should not: that is an error, of its
// kind, in words that can be shown, and soon.
func checkFaults(ctx context.Context, s Service) error {
	if s.Serve == nil {
		return nil
	}
	calls, err := listCalls(ctx, s)
	if err != nil {
		return err
	}
	for _, f := range faults {
		s.Serve(f.h)
		for what, call := range calls {
			if err := within(func() error { return fails(ctx, call, f.kind) }); err != nil {
				return fmt.Errorf("%s, where the service sends %s: %w", what, f.name, err)
			}
		}
	}
	return nil
}

type listCall func(context.Context) (catalog.Listing, error)

// fails makes a call that must fail with an error of a kind.
func fails(ctx context.Context, call listCall, kind error) error {
	l, err := call(ctx)
	switch {
	case err == nil:
		return fmt.Errorf("no error, but %d tracks and %d folders", len(l.Tracks), len(l.Folders))
	case kind != nil && !errors.Is(err, kind):
		return wrongError("it", err, kind)
	}
	limited, ok := errors.AsType[*catalog.RateLimitError](err)
	if wait := time.Until(soonest(limited)); ok && (wait > retry*time.Second || wait < 0) {
		return fmt.Errorf("to be tried again in %v, where the service said %d s", wait, retry)
	}
	return errors.Join(soundListing(l), soundError(err))
}

func soonest(e *catalog.RateLimitError) time.Time {
	if e == nil {
		return time.Time{}
	}
	return e.Retry
}

// maxError is the longest error that is fit to be shown, in bytes.
const maxError = 500

// wrongError says that an error, or none, is not the one that was wanted.
func wrongError(what string, got, want error) error {
	return fmt.Errorf("%s: got the error %q, want: %w", what, fmt.Sprint(got), want)
}

// soundError fails unless an error can be shown on one line.
func soundError(err error) error {
	if text := err.Error(); len(text) > maxError || catalog.SanitizeText(text) != text {
		return fmt.Errorf("an error of %d bytes that cannot be shown on a line: %.80q", len(text), text)
	}
	return nil
}
