package subsonic

import (
	"io"
	"net/http"
	"path"
	"sync/atomic"
	"testing"
)

// reply answers as text says: with a status and a body of a media type.
func reply(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut ends a response before what it promised has come.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "500")
	_, _ = io.WriteString(w, `{"subsonic-response":{"status":"ok",`)
}

// atFirst answers the first question for extensions otherwise than the library.
func atFirst(lib *server, first http.HandlerFunc) (h http.HandlerFunc, asked *atomic.Int64) {
	asked = new(atomic.Int64)
	return func(w http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) == "getOpenSubsonicExtensions" && asked.Add(1) == 1 {
			first(w, r)
			return
		}
		lib.ServeHTTP(w, r)
	}, asked
}

const (
	inJSON  = `{"subsonic-response":{"status":"failed","version":"1.16.1","error":{"code":70,"message":"unknown"}}}`
	inXML   = `<subsonic-response status="failed"><error code="0" message="unknown"/></subsonic-response>`
	webPage = `<!DOCTYPE html><html><body>Sign in to the network</body></html>`
)

// What is no word of the server's fails the call, and decides nothing: no secret
// goes out in an address.
func TestBrokenExtensions(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"cut":              cut,
		"a page":           reply(http.StatusOK, "text/html", webPage),
		"a page as JSON":   reply(http.StatusOK, "application/json", webPage),
		"nothing":          reply(http.StatusOK, "application/json", ""),
		"another's JSON":   reply(http.StatusOK, "application/json", `{"error":"x"}`),
		"bad request":      reply(http.StatusBadRequest, "text/html", webPage),
		"unauthorized":     reply(http.StatusUnauthorized, "text/html", webPage),
		"forbidden":        reply(http.StatusForbidden, "text/html", webPage),
		"out of service":   reply(http.StatusBadGateway, "text/html", webPage),
		"failing for once": reply(http.StatusInternalServerError, "application/json", inJSON),
	} {
		lib := &server{responses: library(), extensions: []string{extensionForms}}
		h, _ := atFirst(lib, first)
		s := source(t, h, Options{})
		if _, err := s.List(t.Context(), "artists"); err == nil || len(lib.gone) > 0 {
			t.Errorf("%s: %v after %+v", name, err, lib.gone)
		}
		if _, err := s.List(t.Context(), "artists"); err != nil {
			t.Errorf("%s, then well: %v", name, err)
		}
		for _, c := range lib.gone {
			if c.query.Has("t") || c.query.Has("u") {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// A server that does not know the question has no extensions, and is not asked
// again.
func TestNoExtensions(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"a failure":            reply(http.StatusOK, "application/json", inJSON),
		"a failure in XML":     reply(http.StatusOK, "text/xml", inXML),
		"a failure and status": reply(http.StatusUnauthorized, "text/xml", inXML),
		"not found":            reply(http.StatusNotFound, "text/html", webPage),
		"gone":                 reply(http.StatusGone, "text/html", webPage),
	} {
		lib := &server{responses: library(), extensions: []string{extensionForms}}
		h, asked := atFirst(lib, first)
		s := source(t, h, Options{})
		for range 2 {
			if _, err := s.List(t.Context(), "artists"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if asked.Load() != 1 || len(lib.gone) != 2 || !lib.gone[1].query.Has("t") {
			t.Errorf("%s: asked %d times, %+v", name, asked.Load(), lib.gone)
		}
	}
}
