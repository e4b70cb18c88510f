package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// refuseMarkup refuses what a portal sends, by its first byte.
func refuseMarkup(o Offer) error {
	if o.Start == 0 && bytes.HasPrefix(o.Head(), []byte("<html>")) {
		return fmt.Errorf("%w: a page", ErrBadResponse)
	}
	return nil
}

// TestPortal has a page come in place of a file, as portals of a Wi-Fi send it. A
// handle whose user relies on the size fails for that, and not because of another
// version; what is held stays, and the file can be read when the portal is gone.
func TestPortal(t *testing.T) {
	page := fetchtest.Page(200, "<html>"+strings.Repeat("x", 28)+"</html>")
	portals := map[string]fetchtest.Fault{
		"with a length": page,
		"chunked":       fetchtest.Both(page, fetchtest.Chunked),
		"unframed":      fetchtest.Both(page, fetchtest.Unframed),
	}
	for kind := range kinds {
		for name, portal := range portals {
			for _, read := range []int64{0, 100_000} {
				t.Run(fmt.Sprintf("%s, %s, %d", kind, name, read), func(t *testing.T) {
					bubble(t, func(f *fixture) {
						f.opt.Refuse = refuseMarkup
						f.reopen()
						d := f.listed("a", 1, 300_000, sunday)
						if read > 0 {
							f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(150_000))
							f.read(f.reader("a"), 0, read)
							time.Sleep(time.Second) // the rest of the 150 kB
						}
						had := d.Status().Held
						f.origin.Heal()
						f.origin.Fault(fetchtest.Always, portal)
						f.origin.Drop()
						r := f.reader("a")
						r.Promise(300_000)
						_, err := r.ReadAt(f.t.Context(), make([]byte, 1000), had)
						if !errors.Is(err, ErrBadResponse) {
							t.Errorf("%d held: %v", had, err)
						}
						if s := d.Status(); s.Held != had || s.Size != 300_000 {
							t.Errorf("%d of %d bytes are held, before %d", s.Held, s.Size, had)
						}
						f.origin.Heal()
						time.Sleep(2 * time.Second)
						f.readAll("a")
					}, ofKind(kind, 300_000))
				})
			}
		}
	}
}
