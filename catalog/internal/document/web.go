package document

import (
	"context"
	"fmt"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// WebOptions are what a document on a web server is made of.
type WebOptions struct {
	Kind   string // names the kind of document, in errors and in the log
	URL    string // http or https address; its query may be a secret
	Accept string // what it is asked for as; "" is anything

	// Read returns what a response of the server holds. at is the address.
	Read func(ctx context.Context, at *url.URL, resp *web.Response) (Content, error)

	MaxBody int64 // the longest that is taken, in bytes

	catalog.Env
}

// FromWeb returns the catalog of a document on a web server, which is private if
// its address has a query. It makes no call.
func FromWeb(opt WebOptions) (*Source, error) {
	at, err := web.ParseDocument(opt.URL)
	if err != nil {
		return nil, fmt.Errorf("%s: its address: %w", opt.Kind, err)
	}
	client := web.New(web.Options{Env: opt.Env, MaxBody: opt.MaxBody, Secret: at.RawQuery != ""})
	return New(Options{
		Kind:    opt.Kind,
		Name:    Plain(opt.URL),
		Private: at.RawQuery != "",
		Logger:  opt.Log(),
		Read: func(ctx context.Context) (Content, error) {
			resp, err := client.Get(ctx, opt.URL, opt.Accept)
			if err != nil {
				return Content{}, err
			}
			return opt.Read(ctx, at, resp)
		},
	}), nil
}
