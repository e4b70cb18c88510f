package itunes

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// readAnswer returns the rows of an answer.
func readAnswer(from *web.Answer) ([]row, error) {
	if err := from.CheckJSON(); err != nil {
		return nil, err
	}
	a, err := decode(from.Body)
	switch {
	case err != nil:
		return nil, err
	case a.refusal() != nil:
		return nil, a.refusal()
	case a.Rows == nil:
		return nil, fmt.Errorf("%w: no results in it", catalog.ErrBadResponse)
	}
	return *a.Rows, nil
}

// refusal returns why the service does not take a query, or nil.
func (a answer) refusal() error {
	if words := catalog.CleanText(string(a.Message)); words != "" {
		return fmt.Errorf("%w: %s", catalog.ErrBadQuery, words)
	}
	return nil
}

// explained says of a status what it means here: the service has words of its
// own for a query that it refuses, and both its methods always exist.
func explained(err error) error {
	status, ok := errors.AsType[*web.StatusError](err)
	if !ok {
		return err
	}
	switch status.Status {
	case http.StatusBadRequest:
		if a, bad := decode(status.Body); bad == nil && a.refusal() != nil {
			return a.refusal()
		}
	case http.StatusNotFound, http.StatusGone:
		return fmt.Errorf("%w: HTTP status %d %s", catalog.ErrBadResponse, status.Status, http.StatusText(status.Status))
	}
	return err
}
