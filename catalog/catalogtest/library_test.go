package catalogtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// A library is a source that keeps the contract, but for the function that a
// test replaces. It stands in for packages that the suite will meet.
type library struct {
	search func(context.Context, string) (catalog.Listing, error)
	list   func(context.Context, string) (catalog.Listing, error)
	locate func(context.Context, string) (catalog.Location, error)
	more   func(context.Context, string) (catalog.Listing, error)
}

func (l *library) Search(ctx context.Context, query string) (catalog.Listing, error) {
	return l.search(ctx, query)
}

func (l *library) List(ctx context.Context, folder string) (catalog.Listing, error) {
	return l.list(ctx, folder)
}

func (l *library) Locate(ctx context.Context, id string) (catalog.Location, error) {
	return l.locate(ctx, id)
}

func (l *library) More(ctx context.Context, next string) (catalog.Listing, error) {
	return l.more(ctx, next)
}

// two are the tracks of a library.
func two() []catalog.Track {
	return []catalog.Track{
		{ID: "1", Title: "../../x", Artist: "..", Size: -1, Ext: ".mp3", URL: "https://example.com/1.mp3"},
		{ID: "2", Title: "../../x", Artist: "..", Size: 1000, Ext: ".mp3"},
	}
}

// aList is what the server of a library sends.
const aList = "a list"

// start returns a service with a library that is broken as a test wants. It asks
// a server before it says anything.
func start(t *testing.T, spoil func(*library, *Service)) Service {
	ok := NewSwitch(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(aList)) }))
	server := httptest.NewServer(ok)
	t.Cleanup(server.Close)
	client := web.New(web.Options{Env: catalog.Env{Client: server.Client()}})
	ask := func(ctx context.Context) error {
		resp, err := client.Get(ctx, server.URL, "")
		if err == nil && string(resp.Body) != aList {
			err = catalog.ErrBadResponse
		}
		return err
	}
	service := Service{Query: "x", Nothing: "nothing", Stall: ok.Stall, Serve: ok.Serve}
	l := &library{
		search: func(ctx context.Context, query string) (catalog.Listing, error) {
			if err := ask(ctx); err != nil || query != service.Query {
				return catalog.Listing{}, err
			}
			return catalog.Listing{Tracks: two(), Folders: []catalog.Folder{{ID: "a", Title: "."}}, Next: "2"}, nil
		},
		list: func(ctx context.Context, folder string) (catalog.Listing, error) {
			if folder != "" && folder != "a" {
				return catalog.Listing{}, catalog.ErrNotFound
			}
			if err := ask(ctx); err != nil {
				return catalog.Listing{}, err
			}
			return catalog.Listing{Tracks: two(), Folders: []catalog.Folder{{ID: "a", Title: "."}}}, nil
		},
		locate: func(ctx context.Context, id string) (catalog.Location, error) {
			if !slices.Contains([]string{"1", "2"}, id) {
				return catalog.Location{}, catalog.ErrNotFound
			}
			return catalog.Location{URL: "https://example.com/" + id}, ask(ctx)
		},
		more: func(ctx context.Context, next string) (catalog.Listing, error) {
			if next != "2" {
				return catalog.Listing{}, catalog.ErrNotFound
			}
			return catalog.Listing{Tracks: []catalog.Track{{ID: "3", Size: -1}}}, ask(ctx)
		},
	}
	service.Source = l
	if spoil != nil {
		spoil(l, &service)
	}
	return service
}
