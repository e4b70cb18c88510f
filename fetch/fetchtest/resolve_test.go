package fetchtest_test

import (
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// An origin that is no test's answers what Resolve knows, and what Put told first.
func TestListenAndResolve(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := fetchtest.Listen(l, fetchtest.File{Name: "put", Content: fetchtest.Bytes([]byte("put"))})
	t.Cleanup(o.Close)
	o.Resolve(func(r fetchtest.Request) (fetchtest.File, bool) {
		return fetchtest.File{Name: r.File, Content: fetchtest.Bytes([]byte(r.URI))}, r.File != "none"
	})
	client := &http.Client{Transport: o.Transport()}
	for path, want := range map[string]string{"put": "put", "some?q=1": "/some?q=1", "none": ""} {
		resp, err := client.Get("http://" + o.Host() + "/" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(body) != want || (resp.StatusCode == http.StatusOK) != (want != "") {
			t.Errorf("%s: %d %q, %v", path, resp.StatusCode, body, err)
		}
	}
}
