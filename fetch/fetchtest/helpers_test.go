package fetchtest_test

import (
	"io"
	"log"
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's client complains there of surplus bytes
	goleak.VerifyTestMain(m)
}

const size = 300_000

func file(name string) fetchtest.File {
	return fetchtest.File{Name: name, Content: fetchtest.Random(7, size)}
}

// got is a response and as much of its body as came.
type got struct {
	*http.Response
	body []byte
	err  error // of the request or of the body
}

func get(t *testing.T, o *fetchtest.Origin, name string, headers ...string) got {
	t.Helper()
	return do(t, o.Transport(), "GET", o.URL(name), headers...)
}

func do(t *testing.T, rt http.RoundTripper, method, url string, headers ...string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return got{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return got{resp, body, err}
}

func (g got) check(t *testing.T, status int, want fetchtest.Content, from, to int64) {
	t.Helper()
	if g.err != nil || g.StatusCode != status {
		t.Fatalf("status %v, error %v, want %d", g.Response, g.err, status)
	}
	if int64(len(g.body)) != to-from {
		t.Fatalf("%d bytes, want %d", len(g.body), to-from)
	}
	if err := fetchtest.Check(want, from, g.body); err != nil {
		t.Fatal(err)
	}
}

func everyOrigin(t *testing.T, test func(t *testing.T, o *fetchtest.Origin)) {
	t.Run("tcp", func(t *testing.T) { test(t, fetchtest.New(t, file("a"))) })
	t.Run("tls", func(t *testing.T) { test(t, fetchtest.NewTLS(t, file("a"))) })
	t.Run("pipe", func(t *testing.T) { test(t, fetchtest.NewLocal(t, "origin.test", file("a"))) })
}
