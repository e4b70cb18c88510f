package catalogtest

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tunesfs/tunesfs/catalog"
)

// noLists are bodies that are no list of any service, not even an empty one.
var noLists = []string{
	"", " \n", "\uFEFF", "OK", "Service temporarily unavailable\nTry again later\n",
	"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action=\"/login\"></form></body></html>",
	"<html><body><h1>Maintenance</h1><p>We will be <a href=\"/\">back</a> soon.</p><a href=\"help.html\">Help</a></body></html>",
	"<html></html>", "<html", "<", "<?xml version=\"1.0\"?><error>maintenance</error>", "<rss></rss>", "<feed/>",
	"<rss><channel></channel></rss>", "<playlist></playlist>",
	"{}", "{\"error\":\"maintenance\"}", "{\"message\":\"x\",\"status\":503}", "\"ok\"", "0", "true", "{", "[",
	"{\"results\":null,\"items\":null,\"files\":null}", "{\"results\":{},\"items\":{}}", "{\"results\":[{}],\"items\":[{}]}",
	"{\"results\":[],\"resultCount\":7,\"items\":[],\"total\":7}", "{\"results\":[\"x\",7,null],\"items\":[\"x\",7,null]}",
	"{\"resultCount\":\"x\",\"results\":[]}", "{\"resultCount\":-1,\"results\":[]}", "{\"resultCount\":null,\"results\":[]}",
	"{\"results\":[]}",
	"{\"subsonic-response\":{\"status\":\"ok\",\"artists\":{\"index\":[{\"error\":\"db down\"}]}}}",
	"{\"subsonic-response\":{\"status\":\"ok\"}}", "{\"subsonic-response\":{}}", "{\"subsonic-response\":null}",
	"[{}]", "[1,\"x\"]", "# maintenance\n", "[playlist]\nNumberOfEntries=7\n", "#EXT-X-VERSION:3\n",
	signIn("<a href=\"terms.pdf\">Terms</a>"), signIn("<link rel=stylesheet href=\"style.css\"><a href=\"style.css\">x</a>"),
	signIn("<a href=\"logout.do\">Log out</a>"), signIn("<a href=\"../\">Back</a>"), signIn("<a href=\"login/\">Log in</a>"),
	signIn("<a href=\"logo.png\"><img src=\"logo.png\"></a>"), signIn("<a href=\"../\">../</a> <a href=\"login/\">Log in</a> since 12:30"),
	signIn("<a href=\"/\">Home</a><a href=\"login/\">login</a><a href=\"logo.png\">logo.png</a><a href=\"terms.pdf\">terms.pdf</a>"),
	signIn("<pre><a href=\"login/\">login/</a></pre>"), signIn("<a href=\"captcha.mp3\">Listen</a>"),
	signIn("<svg><title>Index of /</title></svg><a href=\"?lang=de\">Deutsch</a> <a href=\"terms.pdf\">Terms</a> (1.2 MB)"),
	"<html><title>502 Bad Gateway</title><a href=\"../\">../</a></html>",
	"<html><title>Directory Listing Denied</title><a href=\"../\">../</a></html>",
	"<html><a href=\"../\">Parent Directory</a><a href=\"terms.pdf\">Terms</a></html>", "<pre><a href=\"login/\">login</a> to go on</pre>",
	"[{\"name\":\"error\",\"message\":\"unauthorized\"}]", "[{\"name\":\"a.mp3\"},{\"name\":\"login/\"}]",
	"[{\"name\":\"error\",\"type\":\"error\",\"size\":null,\"mtime\":\"now\"}]", "[{\"error\":\"x\",\"type\":\"file\"}]",
	"{\"results\":[{\"wrapperType\":\"error\",\"kind\":\"maintenance\",\"artistName\":\"x\"}]}",
	"{\"results\":[{\"trackName\":\"maintenance\"}],\"items\":[{\"title\":\"maintenance\"}],\"files\":[{\"title\":\"maintenance\"}]}",
	"{\"results\":[{\"kind\":\"error\",\"trackId\":503}],\"files\":[{\"name\":\"error\"}]}",
	"{\"subsonic-response\":{\"status\":\"ok\",\"searchResult3\":{\"song\":[{\"title\":\"maintenance\"}]},\"album\":{\"title\":\"x\"}}}",
	feed("<item><title>Maintenance</title></item>"),
	feed("<image><url>http://host/c.jpg</url></image><item><title>Maintenance</title></item>"),
	feed("<image><url>http://host/c.jpg</url></image><item><enclosure url=\"http://host/notice.pdf\" type=\"application/pdf\"/></item>"),
	"<feed><title>x</title><logo>http://host/c.jpg</logo><entry><title>Maintenance</title></entry></feed>",
	"<playlist><title>maintenance</title></playlist>",
	"<playlist><trackList><track><title>maintenance</title></track></trackList></playlist>",
	"[playlist]\nService temporarily unavailable\n", "[playlist]\nTitle1=maintenance\n", "#EXTM3U\n#EXTINF:-1,maintenance\n",
	"#EXTM3U\nInternal Server Error\n", "#EXTM3U\n<html>\n",
	"Warning: mysqli_connect(): Connection refused in /var/www/db.php on line 3\n[]", "a,b,c\n1,2,3\n", "\x1f\x8b\x08\x00\x00", "%PDF-1.7",
}

// signIn returns a page that wants a user to sign in, with some links.
func signIn(links string) string {
	return "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>" + links + "<form></form></body></html>"
}

// feed returns a feed of some elements.
func feed(elements string) string {
	return "<rss version=\"2.0\"><channel><title>x</title>" + elements + "</channel></rss>"
}

// checkNoList has the service send with status 200 what is no list, in place of lists
// that have something: that is an error, lest an empty list take the place of those.
func checkNoList(ctx context.Context, s Service) error {
	if s.Serve == nil {
		return nil
	}
	calls, err := listCalls(ctx, s)
	if err != nil {
		return err
	}
	for _, kind := range []string{"", "text/html", "application/json", "application/xml", "audio/x-mpegurl"} {
		for _, body := range noLists {
			s.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", kind)
				_, _ = w.Write([]byte(body))
			}))
			for what, call := range calls {
				if err := within(func() error { return fails(ctx, call, nil) }); err != nil {
					return fmt.Errorf("%s, where the service sends %.60q as %q: %w", what, body, kind, err)
				}
			}
		}
	}
	return nil
}

// listCalls returns a search and, if that finds a folder, the listing of it.
func listCalls(ctx context.Context, s Service) (map[string]listCall, error) {
	found, err := s.Source.Search(ctx, s.Query)
	if err != nil {
		return nil, err
	}
	calls := map[string]listCall{"search": func(ctx context.Context) (catalog.Listing, error) { return s.Source.Search(ctx, s.Query) }}
	if len(found.Folders) > 0 {
		calls["list"] = func(ctx context.Context) (catalog.Listing, error) { return s.Source.List(ctx, found.Folders[0].ID) }
	}
	return calls, nil
}
