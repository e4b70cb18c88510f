package archive

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// Without a Logger, the default one hears of what is left out.
func TestDefaultLogger(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	server := httptest.NewServer(&service{items: []fields{holds("show"), holds("no/identifier")}})
	defer server.Close()
	s, err := New(Options{Base: server.URL, Env: catalog.Env{Client: server.Client()}})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := s.Search(t.Context(), "x"); err != nil || len(l.Folders) != 1 {
		t.Errorf("got %+v, %v", l, err)
	}
	if !strings.Contains(log.String(), "left out") {
		t.Errorf("logged %q", log.String())
	}
}
