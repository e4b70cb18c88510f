package fetchtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestRedirectsToAnotherHost(t *testing.T) {
	front := fetchtest.NewLocal(t, "front.test")
	store := fetchtest.NewLocal(t, "store.test", file("data/a b.mp3"))
	front.Redirect("a", 0, "/b")
	front.Redirect("b", http.StatusTemporaryRedirect, store.URL("data/a b.mp3"))
	req := request(t, front.URL("a"))
	req.Header.Set("Authorization", "Basic c2VjcmV0")
	resp, err := (&http.Client{Transport: fetchtest.Network(front, store)}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := fetchtest.CheckReader(store.Content("data/a b.mp3"), resp.Body); err != nil {
		t.Error(err)
	}
	var seen []string
	for _, r := range append(front.Requests(), store.Requests()...) {
		seen = append(seen, r.Host+r.URI+" "+r.Header.Get("Authorization"))
	}
	// The standard client forwards no credentials to another host.
	want := "front.test/a Basic c2VjcmV0\nfront.test/b Basic c2VjcmV0\nstore.test/data/a%20b.mp3 "
	if got := strings.Join(seen, "\n"); got != want {
		t.Errorf("seen:\n%s", got)
	}
	front.Redirect("a", 0, "")
	if g := get(t, front, "a"); g.StatusCode != 404 {
		t.Errorf("the redirect remains: %v", g)
	}
}

func TestRedirectLoop(t *testing.T) {
	o := fetchtest.New(t)
	o.Redirect("a", 301, "/b")
	o.Redirect("b", 302, "/a")
	resp, err := (&http.Client{Transport: o.Transport()}).Do(request(t, o.URL("a")))
	if err == nil {
		_ = resp.Body.Close()
		t.Error("the loop has an end")
	}
	if n := len(o.Requests()); n != 10 {
		t.Errorf("%d requests", n)
	}
}

func TestExpiry(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	first := o.Sign("a")
	rt := o.Transport()
	do(t, rt, "GET", first).check(t, 200, o.Content("a"), 0, size)
	o.Expire(410)
	second := o.Sign("a")
	if g := do(t, rt, "GET", first); g.err != nil || g.StatusCode != 410 {
		t.Errorf("expired: %v", g)
	}
	do(t, rt, "GET", second).check(t, 200, o.Content("a"), 0, size)
	get(t, o, "a").check(t, 200, o.Content("a"), 0, size)
}
