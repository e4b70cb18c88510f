package cached

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// A broken source panics in each of its methods, where a test says so.
type broken struct {
	catalog.Source
	panics bool
}

func (b *broken) fail() {
	var none []int
	if b.panics {
		none[0]++
	}
}

func (b *broken) Search(ctx context.Context, query string) (catalog.Listing, error) {
	b.fail()
	l, err := b.Source.Search(ctx, query)
	l.Next = "2"
	return l, err
}

func (b *broken) List(ctx context.Context, folder string) (catalog.Listing, error) {
	b.fail()
	return b.Source.List(ctx, folder)
}

func (b *broken) Locate(ctx context.Context, id string) (catalog.Location, error) {
	b.fail()
	return b.Source.Locate(ctx, id)
}

func (b *broken) More(context.Context, string) (catalog.Listing, error) {
	b.fail()
	return catalog.Listing{Tracks: songs("3")}, nil
}

// TestSourcePanics lets a Source panic in each call, of a reader and in the background:
// that is a bad response, what was listed stays, and all is well when it panics no more.
func TestSourcePanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		src := &broken{Source: &service{tracks: songs("1")}}
		c := New(src, Options{TTL: time.Minute, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		defer c.Close()
		found(t, c)
		src.panics = true
		for what, call := range map[string]func() error{
			"search":     func() error { _, err := c.Search(t.Context(), "new"); return err },
			"list":       func() error { _, err := c.List(t.Context(), "new"); return err },
			"refresh":    func() error { _, err := c.Refresh(t.Context(), "x"); return err },
			"page":       func() error { _, err := c.SearchMore(t.Context(), "x"); return err },
			"of folders": func() error { _, err := c.RefreshFolder(t.Context(), "f"); return err },
			"locate":     func() error { _, err := c.Locate(t.Context(), "http://host/1"); return err },
		} {
			if err := call(); !errors.Is(err, catalog.ErrBadResponse) {
				t.Errorf("%s: %v", what, err)
			}
		}
		time.Sleep(time.Minute)
		wantEqual(t, "expired", found(t, c), "1=A - B.mp3")
		synctest.Wait()
		if err := c.SearchFailure("x"); !errors.Is(err, catalog.ErrBadResponse) {
			t.Errorf("in the background: %v", err)
		}
		if n := strings.Count(log.String(), "[running"); n != 1 {
			t.Errorf("%d stacks are logged: %s", n, &log)
		}
		src.panics = false
		if _, err := c.Refresh(t.Context(), "x"); err != nil {
			t.Error(err)
		}
	})
}

// TestNamesPanic has a response that the code after the Source cannot read.
func TestNamesPanic(t *testing.T) {
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{})
	c.numbers.disk.dir = "\x00" // whatever happens there
	c.memory = nil
	if _, err := c.fetch(t.Context(), key{arg: "x"}); !errors.Is(err, catalog.ErrBadResponse) {
		t.Error(err)
	}
}
