package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A panicking is a body that panics as a decoder may.
type panicking struct{ io.ReadCloser }

func (panicking) Read([]byte) (int, error) { panic("a decoder") }

// TestPanicsOfWhatReadsResponses lets all panic that reads what servers send of a file:
// the read fails, other downloads go on, and so does this one once there is no panic.
func TestPanicsOfWhatReadsResponses(t *testing.T) {
	for name, spoil := range map[string]func(*fixture, *bool){
		"locate": func(f *fixture, on *bool) {
			locate := f.opt.Locate
			f.opt.Locate = func(ctx context.Context, key string) (Location, error) {
				if *on && key == "a" {
					panic("a catalog")
				}
				return locate(ctx, key)
			}
		},
		"refuse": func(f *fixture, on *bool) {
			f.opt.Refuse = func(o Offer) error {
				if *on && o.Key == "a" {
					panic(o)
				}
				return nil
			}
		},
		"transport": func(f *fixture, on *bool) {
			inner := f.opt.Transport
			f.opt.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				if *on && r.URL.Path == "/a" {
					panic("a head")
				}
				return inner.RoundTrip(r)
			})
		},
		"body": func(f *fixture, on *bool) {
			inner := f.opt.Transport
			f.opt.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := inner.RoundTrip(r)
				if err == nil && *on && r.URL.Path == "/a" {
					resp.Body = panicking{resp.Body}
				}
				return resp, err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, fetchtest.New(t, file("a", mb), file("bb", mb)))
			on := true
			spoil(f, &on)
			f.reopen()
			if _, err := f.reader("a").ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrBadResponse) {
				t.Errorf("the read ends with %v", err)
			}
			f.readAll("bb")
			f.close()
			on = false
			f.open()
			f.readAll("a")
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
