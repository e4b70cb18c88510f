package fetchtest_test

import (
	"net/http"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Stored content is sent as any other is, wherever it is cut and however fast.
func TestStored(t *testing.T) {
	content := fetchtest.Random(7, size)
	everyOrigin(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Put(fetchtest.File{Name: "a", Content: fetchtest.Stored(t, content)})
		get(t, o, "a").check(t, http.StatusOK, content, 0, size)
		get(t, o, "a", "Range", "bytes=1000-200999").check(t, http.StatusPartialContent, content, 1000, 201_000)
		o.SetLink(fetchtest.Link{TotalRate: 10 * size})
		get(t, o, "a", "Range", "bytes=1-").check(t, http.StatusPartialContent, content, 1, size)
		o.SetLink(fetchtest.Link{})
		o.Fault(fetchtest.Always, fetchtest.CloseAfter(size/2))
		get(t, o, "a").prefix(t, o, size/2)
		if err := o.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := o.Stats().Sent; n != size+200_000+size-1+size/2 {
			t.Errorf("%d bytes counted", n)
		}
	})
}
