package demo

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Limits of the iTunes Search API on one response.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// A handler answers for a library that is served below base.
type handler struct {
	library *library
	base    string
}

// newHandler routes the requests of a catalog served below base.
func newHandler(l *library, base string) http.Handler {
	h := &handler{library: l, base: base}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /search", h.search)
	mux.HandleFunc("GET /lookup", h.lookup)
	mux.HandleFunc("GET /preview/{file}", h.preview)
	mux.HandleFunc("GET /artwork/{slug}/{file}", h.artwork)
	mux.HandleFunc("GET /score/{file}", h.score)
	return mux
}

func (h *handler) search(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !query.Has("term") {
		writeInvalid(w, "term")
		return
	}
	limit := defaultLimit
	if text := query.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > maxLimit {
			writeInvalid(w, "limit")
			return
		}
	}
	if country := query.Get("country"); country != "" && len(country) != 2 {
		writeInvalid(w, "country")
		return
	}
	var found []*tune
	if slices.Contains([]string{"", "all", "music"}, query.Get("media")) {
		found = h.library.search(query.Get("term"))
	}
	writeResults(w, found[:min(limit, len(found))], h.base)
}

// lookup finds tunes by their numbers, separated by commas.
func (h *handler) lookup(w http.ResponseWriter, r *http.Request) {
	var found []*tune
	for text := range strings.SplitSeq(r.URL.Query().Get("id"), ",") {
		id, err := strconv.Atoi(text)
		if err != nil {
			writeInvalid(w, "id")
			return
		}
		if t := h.library.byID(id); t != nil && !slices.Contains(found, t) {
			found = append(found, t)
		}
	}
	writeResults(w, found, h.base)
}

// preview serves the recording of a tune, in ranges if asked, and at its pace. The head
// of the response and the header of the file do not wait for the sound.
func (h *handler) preview(w http.ResponseWriter, r *http.Request) {
	t := h.named(w, r, ".wav")
	if t == nil {
		return
	}
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("ETag", etags[t.slug])
	p := &performance{ctx: r.Context(), library: h.library, tune: t, header: t.header()}
	http.ServeContent(prompt{w}, r, "", t.Released, pace(r.Context(), t.pacer, p))
}

// score serves what a tune is made from.
func (h *handler) score(w http.ResponseWriter, r *http.Request) {
	if t := h.named(w, r, ".abc"); t != nil {
		w.Header().Set("Content-Type", "text/vnd.abc; charset=utf-8")
		http.ServeContent(w, r, "", t.Released, bytes.NewReader(t.score))
	}
}

// named returns the tune whose file was asked for, or answers that there is none.
func (h *handler) named(w http.ResponseWriter, r *http.Request, ext string) *tune {
	slug, ok := strings.CutSuffix(r.PathValue("file"), ext)
	if t := h.library.bySlug(slug); ok && t != nil {
		return t
	}
	http.NotFound(w, r)
	return nil
}
