package origin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// TestBodyBreaksBeforeItIsLookedAt has a body break before anybody could tell whether it
// is the file: nothing of the response is believed.
func TestBodyBreaksBeforeItIsLookedAt(t *testing.T) {
	stopped := errors.New("stopped")
	refuse := func(o Offer) error {
		if bytes.HasPrefix(o.Head(), []byte("<html>")) {
			return fault.ErrBadResponse
		}
		return nil
	}
	for name, c := range map[string]struct {
		body string
		stop bool
		want error
	}{
		"at once":                      {"", false, fault.ErrUnreachable},
		"at once, as the caller stops": {"", true, stopped},
		"after some bytes":             {"12345", false, fault.ErrUnreachable},
		"of a page":                    {"<html>", false, fault.ErrBadResponse},
		"later":                        {strings.Repeat("x", 50), false, nil},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		client := NewClient(Options{Refuse: refuse, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if c.stop {
				cancel(stopped)
			}
			body := io.MultiReader(strings.NewReader(c.body), iotest.ErrReader(io.ErrUnexpectedEOF))
			return respond(r, http.StatusOK, body, 100), nil
		})})
		resp, err := client.Get(ctx, ask())
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			resp.Close()
		}
		cancel(nil)
	}
}
