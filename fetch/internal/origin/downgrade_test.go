package origin

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// TestDowngrade follows redirects from https to http for what carries no secret alone,
// and says so once.
func TestDowngrade(t *testing.T) {
	header := http.Header{"Authorization": {"x"}}
	for name, c := range map[string]struct {
		loc    Location
		chain  map[string]string
		follow bool
	}{
		"nothing secret":       {Location{URL: "https://a.test/f"}, map[string]string{"https://a.test/f": "http://b.test/f"}, true},
		"the same host":        {Location{URL: "https://a.test/f"}, map[string]string{"https://a.test/f": "http://a.test/f"}, true},
		"a query":              {Location{URL: "https://a.test/f?token=x"}, map[string]string{"https://a.test/f?token=x": "http://b.test/f"}, false},
		"a listed query":       {Location{URL: "https://a.test/f?x=1", Listed: true}, map[string]string{"https://a.test/f?x=1": "http://b.test/f"}, true},
		"a header":             {Location{URL: "https://a.test/f", Header: header}, map[string]string{"https://a.test/f": "http://b.test/f"}, false},
		"a listed header":      {Location{URL: "https://a.test/f", Header: header, Listed: true}, map[string]string{"https://a.test/f": "http://b.test/f"}, false},
		"a user":               {Location{URL: "https://u:p@a.test/f", Listed: true}, map[string]string{"https://u:p@a.test/f": "http://b.test/f"}, false},
		"in a second step":     {Location{URL: "https://a.test/f?t"}, map[string]string{"https://a.test/f?t": "https://b.test/f", "https://b.test/f": "http://c.test/f"}, false},
		"in the clear already": {Location{URL: "http://a.test/f?t"}, map[string]string{"http://a.test/f?t": "http://b.test/f"}, true},
		"up and down":          {Location{URL: "http://a.test/f?t"}, map[string]string{"http://a.test/f?t": "https://b.test/f", "https://b.test/f": "http://c.test/f"}, false},
		"a learnt query": {Location{URL: "https://a.test/f", Listed: true},
			map[string]string{"https://a.test/f": "https://b.test/f?sig=token", "https://b.test/f?sig=token": "http://c.test/f"}, false},
		"a learnt query before": {Location{URL: "https://a.test/f", Listed: true}, map[string]string{
			"https://a.test/f": "https://b.test/f?sig=token", "https://b.test/f?sig=token": "https://c.test/f", "https://c.test/f": "http://d.test/f"}, false},
		"a learnt user": {Location{URL: "https://a.test/f", Listed: true},
			map[string]string{"https://a.test/f": "https://u:token@b.test/f", "https://u:token@b.test/f": "http://c.test/f"}, false},
		"a query learnt in the clear": {Location{URL: "http://a.test/f", Listed: true},
			map[string]string{"http://a.test/f": "https://b.test/f?sig=token", "https://b.test/f?sig=token": "http://c.test/f"}, false},
		"a listed query taken along": {Location{URL: "https://a.test/f?x=1", Listed: true},
			map[string]string{"https://a.test/f?x=1": "https://b.test/f?x=1", "https://b.test/f?x=1": "http://c.test/f"}, true},
		"a query in the clear alone": {Location{URL: "https://a.test/f", Listed: true}, map[string]string{"https://a.test/f": "http://b.test/f?x=1"}, false},
		"a user in the clear alone":  {Location{URL: "https://a.test/f", Listed: true}, map[string]string{"https://a.test/f": "http://u:token@b.test/f"}, false},
		"up":                         {Location{URL: "http://a.test/f?t"}, map[string]string{"http://a.test/f?t": "https://b.test/f"}, true},
	} {
		var log bytes.Buffer
		var clear []string
		client := NewClient(Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if to, ok := c.chain[r.URL.String()]; ok {
				return respond(r, http.StatusFound, strings.NewReader(""), 0, "Location: "+to), nil
			}
			clear = append(clear, r.URL.Scheme)
			return respond(r, http.StatusPartialContent, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/100"), nil
		})})
		for range 3 {
			q := ask()
			q.Location, q.LeaveHost = c.loc, func() error { return nil }
			r, err := client.Get(t.Context(), q)
			if err == nil {
				r.Close()
			}
			if (err == nil) != c.follow || err != nil && (!errors.Is(err, fault.ErrBadResponse) || len(clear) > 0 || strings.Contains(err.Error(), "token")) {
				t.Errorf("%s: %v, asked %q", name, err, clear)
			}
		}
		down := c.follow && strings.HasPrefix(c.loc.URL, "https:")
		if n := strings.Count(log.String(), "level=WARN"); down != (n == 1) || n > 1 {
			t.Errorf("%s: %d warnings: %s", name, n, &log)
		}
	}
}

// TestTargetIsNotListed asks again where a redirect led: a query that no listing shows is a
// secret there too, and the one that a listing shows is none.
func TestTargetIsNotListed(t *testing.T) {
	for target, follow := range map[string]bool{
		"https://b.test/f": true, "https://b.test/f?x=1": true, "https://b.test/f?x=1&sig=token": false, "https://u:token@b.test/f": false,
	} {
		var clear, moved bool
		client := NewClient(Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.URL.Host == "a.test":
				return respond(r, http.StatusFound, strings.NewReader(""), 0, "Location: "+target), nil
			case moved && r.URL.Scheme == "https":
				return respond(r, http.StatusFound, strings.NewReader(""), 0, "Location: http://c.test/f"), nil
			}
			clear = clear || r.URL.Scheme == "http"
			return respond(r, http.StatusPartialContent, strings.NewReader("0123456789"), 10, "Content-Range: bytes 0-9/100"), nil
		})})
		q := ask()
		q.Location, q.LeaveHost = Location{URL: "https://a.test/f?x=1", Listed: true}, func() error { return nil }
		first, err := client.Get(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		moved, q.Location = true, first.RedirectTarget
		again, err := client.Get(t.Context(), q)
		if err == nil {
			again.Close()
		}
		if (err == nil) != follow || clear != follow || err != nil && (!errors.Is(err, fault.ErrBadResponse) || strings.Contains(err.Error(), "token")) {
			t.Errorf("%s: %v, asked in the clear: %v", target, err, clear)
		}
	}
}
