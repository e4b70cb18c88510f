package fetch

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// faultSize is small enough for hundreds of downloads, and needs several
// requests.
const faultSize = mb + mb/2 + 3

// checkThrift checks that what was held was not sent again: no more than what
// was on its way when each of some faults struck.
func (f *fixture) checkThrift(faults int64) { f.checkThriftOf(faultSize, faults) }

func (f *fixture) checkThriftOf(size, faults int64) {
	f.t.Helper()
	const onItsWay = 300 << 10
	if sent := f.origin.Sent(); sent > size+(faults+1)*onItsWay {
		f.t.Errorf("%d bytes sent for a file of %d", sent, size)
	}
}

// lasting is what strikes every request, and what a read must fail with; nil
// where the file can be had all the same.
var lasting = map[string]struct {
	fault fetchtest.Fault
	want  error
}{
	"reset":                   {fetchtest.ResetAfter(0), ErrTimeout},
	"reset after some":        {fetchtest.ResetAfter(200_000), nil},
	"end after some":          {fetchtest.CloseAfter(200_000), nil},
	"stall":                   {fetchtest.StallAfter(0), ErrTimeout},
	"stall after some":        {fetchtest.StallAfter(400_000), nil},
	"trickle":                 {fetchtest.Trickle(50_000), nil},
	"short":                   {fetchtest.ShortBody(5), ErrBadResponse},
	"long":                    {fetchtest.LongBody(5), ErrBadResponse},
	"surplus":                 {fetchtest.Surplus(5), nil},
	"chunked":                 {fetchtest.Chunked, nil},
	"unframed":                {fetchtest.Unframed, nil},
	"chunked, short":          {fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(300_000)), nil},
	"chunked, empty":          {fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(0)), ErrTimeout},
	"whole":                   {fetchtest.Whole, nil},
	"whole and cut":           {fetchtest.Both(fetchtest.Whole, fetchtest.ResetAfter(mb)), ErrTimeout},
	"whole, chunked":          {fetchtest.Both(fetchtest.Whole, fetchtest.Chunked), nil},
	"whole, unframed":         {fetchtest.Both(fetchtest.Whole, fetchtest.Unframed), nil},
	"no Content-Range":        {fetchtest.ContentRange(""), nil},
	"wrong Content-Range":     {fetchtest.ContentRange("bytes 5-9/10"), nil},
	"nonsense Content-Range":  {fetchtest.ContentRange("bytes 9-5/x"), nil},
	"shifted":                 {fetchtest.Shift(1), nil},
	"no total":                {noTotal, nil},
	"range refused":           {fetchtest.Unsatisfiable, ErrBadResponse},
	"range refused, no total": {fetchtest.Status(416), ErrBadResponse},
	"gzip":                    {fetchtest.Gzip, ErrBadResponse},
	"denied":                  {fetchtest.Status(401), ErrDenied},
	"forbidden":               {fetchtest.Status(403), ErrDenied},
	"forbidden, in gzip":      {inGzip(403), ErrDenied},
	"not found, in gzip":      {inGzip(404), ErrNotFound},
	"busy, in gzip":           {inGzip(503), ErrTimeout},
	"too many, in gzip":       {inGzip(429), ErrTimeout},
	"gone":                    {fetchtest.Status(410), ErrNotFound},
	"not found":               {fetchtest.Status(404), ErrNotFound},
	"broken":                  {fetchtest.Status(500), ErrTimeout},
	"busy too long":           {fetchtest.RetryAfter(503, time.Hour), ErrUnreachable},
	"busy as of long ago":     {fetchtest.RetryAfterDate(503, -time.Hour), ErrTimeout},
	"no content":              {fetchtest.Status(204), ErrBadResponse},
	"not modified":            {fetchtest.Status(304), ErrBadResponse},
	"nowhere to go":           {fetchtest.Status(302), ErrBadResponse},
	"no HTTP":                 {fetchtest.Raw("SSH-2.0-OpenSSH\r\n"), ErrBadResponse},
	"last of its connection":  {fetchtest.GoAway, nil},
	"weak tag, no date":       {fetchtest.Header("Etag", `W/"1"`, "Last-Modified", ""), nil},
	"no validator":            {fetchtest.Header("Etag", "", "Last-Modified", ""), nil},
}

// inGzip sends a page of an error in gzip, though nobody asked for it.
func inGzip(status int) fetchtest.Fault {
	return fetchtest.Both(fetchtest.Page(status, "<html>no</html>"), fetchtest.Gzip)
}

// noTotal has the server not say in partial answers how long the file is.
func noTotal(a *fetchtest.Response) {
	if a.Status == http.StatusPartialContent {
		fetchtest.Total("*")(a)
	}
}

// quiet keeps net/http's words about servers that say too much to itself.
func quiet(t *testing.T) {
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
}

// TestLastingFaults has each fault strike every request, or every one after the
// first. Once it is over, a read works again.
func TestLastingFaults(t *testing.T) {
	quiet(t)
	for name, test := range lasting {
		for _, first := range []int{1, 2} {
			for _, readers := range []int{1, 16}[first-1 : first] {
				t.Run(fmt.Sprintf("%s from request %d, %d readers", name, first, readers), func(t *testing.T) {
					bubble(t, func(f *fixture) {
						f.origin.Fault(fetchtest.From(first), test.fault)
						err := f.readTogether(readers, "a")
						if !errors.Is(err, test.want) {
							t.Errorf("got %v, want %v", err, test.want)
						}
						if n := len(f.origin.Requests()); n > 150 {
							t.Errorf("%d requests", n)
						}
						f.origin.Heal()
						time.Sleep(2 * failedRest)
						if err := f.readTogether(readers, "a"); err != nil {
							t.Errorf("after it was over: %v", err)
						}
					}, file("a", faultSize))
				})
			}
		}
	}
}
