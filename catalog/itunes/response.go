package itunes

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A response is what the service sends: results, or a message why not.
type response struct {
	Rows    *lenient.Rows[row] `json:"results"` // nil: there are none, not even an empty list
	Count   json.RawMessage    `json:"resultCount"`
	Message lenient.Text       `json:"errorMessage"`
}

// readResponse returns the rows of a response.
func readResponse(from *web.Response) ([]row, error) {
	if err := from.CheckJSON(); err != nil {
		return nil, err
	}
	r, err := decode(from.Body)
	switch {
	case err != nil:
		return nil, err
	case r.refusal() != nil:
		return nil, r.refusal()
	case r.Rows == nil:
		return nil, fmt.Errorf("%w: no results in it", catalog.ErrBadResponse)
	case r.isLost():
		return nil, fmt.Errorf("%w: no result in it makes sense", catalog.ErrBadResponse)
	}
	return *r.Rows, nil
}

// isLost reports whether none of the results that came is one, or none came though none is
// not how many the response tells: that is no list of results, not even an empty one.
func (r response) isLost() bool {
	if len(*r.Rows) == 0 {
		return strings.Trim(string(r.Count), `"`) != "0"
	}
	return !slices.ContainsFunc(*r.Rows, row.isResult)
}

// decode returns the response that data holds. What is not a response is
// ErrBadResponse.
func decode(data []byte) (response, error) {
	var r response
	if err := json.Unmarshal(data, &r); err != nil {
		return response{}, lenient.Error(err)
	}
	return r, nil
}

// refusal returns why the service does not take a query, or nil.
func (r response) refusal() error {
	if words := catalog.SanitizeText(string(r.Message)); words != "" {
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
		if r, bad := decode(status.Body); bad == nil && r.refusal() != nil {
			return r.refusal()
		}
	case http.StatusNotFound, http.StatusGone:
		return fmt.Errorf("%w: HTTP status %d %s", catalog.ErrBadResponse, status.Status, http.StatusText(status.Status))
	}
	return web.WithoutBody(err)
}
