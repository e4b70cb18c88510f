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

// places are how many bytes of a body come before a fault strikes.
var places = map[string]int64{"at the start": 0, "in the middle": 555_555, "at the last byte": faultSize - 1}

// transient is what strikes one request at some place of its body, and must
// never show.
var transient = map[string]func(at int64) fetchtest.Fault{
	"reset":              fetchtest.ResetAfter,
	"end":                fetchtest.CloseAfter,
	"stall":              fetchtest.StallAfter,
	"surplus":            fetchtest.Surplus,
	"chunked and cut":    func(at int64) fetchtest.Fault { return fetchtest.Both(fetchtest.Chunked, fetchtest.ResetAfter(at)) },
	"chunked and short":  func(at int64) fetchtest.Fault { return fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(at)) },
	"unframed and short": func(at int64) fetchtest.Fault { return fetchtest.Both(fetchtest.Unframed, fetchtest.ShortBody(at+1)) },
}

// brief is what strikes one request as a whole, and must not show either.
var brief = map[string]fetchtest.Fault{
	"reset before the head":   fetchtest.ResetAfter(fetchtest.BeforeHead),
	"stall before the head":   fetchtest.StallAfter(fetchtest.BeforeHead),
	"slow head":               fetchtest.Delay(15 * time.Second),
	"trickle":                 fetchtest.Trickle(10_000),
	"chunked":                 fetchtest.Chunked,
	"unframed":                fetchtest.Unframed,
	"chunked and long":        fetchtest.Both(fetchtest.Chunked, fetchtest.LongBody(5000)),
	"no total":                fetchtest.Total("*"),
	"last of its connection":  fetchtest.GoAway,
	"busy for seconds":        fetchtest.RetryAfter(503, 30*time.Second),
	"busy until a date":       fetchtest.RetryAfterDate(429, 30*time.Second),
	"busy":                    fetchtest.Status(500),
	"no HTTP":                 fetchtest.Raw("SSH-2.0-OpenSSH\r\n"),
	"no strong tag this time": fetchtest.Header("Etag", `W/"x"`),
}

// TestTransientFaults has each fault strike one of the first requests, at each
// place in its body, while one reader or many wait.
func TestTransientFaults(t *testing.T) {
	quiet(t)
	for name, fault := range transient {
		for place, at := range places {
			testTransient(t, name+" "+place, fault(at))
		}
	}
	for name, fault := range brief {
		testTransient(t, name, fault)
	}
}

func testTransient(t *testing.T, name string, fault fetchtest.Fault) {
	for nth, readers := range map[int]int{1: 1, 2: 16, 3: 1} {
		t.Run(fmt.Sprintf("%s, request %d, %d readers", name, nth, readers), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.Fault(fetchtest.Nth(nth), fault)
				if err := f.crowd(readers, "a"); err != nil {
					t.Error(err)
				}
				f.checkThrift(1)
			}, file("a", faultSize))
		})
	}
}

// checkThrift checks that what was held was not sent again: no more than what
// was on its way when each of some faults struck.
func (f *fixture) checkThrift(faults int64) {
	f.t.Helper()
	const onItsWay = 300 << 10
	if sent := f.origin.Sent(); sent > faultSize+(faults+1)*onItsWay {
		f.t.Errorf("%d bytes sent for a file of %d", sent, faultSize)
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
	"no Content-Range":        {fetchtest.ContentRange(""), ErrBadResponse},
	"wrong Content-Range":     {fetchtest.ContentRange("bytes 5-9/10"), ErrBadResponse},
	"nonsense Content-Range":  {fetchtest.ContentRange("bytes 9-5/x"), ErrBadResponse},
	"shifted":                 {fetchtest.Shift(1), ErrBadResponse},
	"no total":                {noTotal, nil},
	"range refused":           {fetchtest.Unsatisfiable, ErrBadResponse},
	"range refused, no total": {fetchtest.Status(416), ErrBadResponse},
	"gzip":                    {fetchtest.Gzip, ErrBadResponse},
	"denied":                  {fetchtest.Status(401), ErrDenied},
	"forbidden":               {fetchtest.Status(403), ErrDenied},
	"gone":                    {fetchtest.Status(410), ErrNotFound},
	"not found":               {fetchtest.Status(404), ErrNotFound},
	"broken":                  {fetchtest.Status(500), ErrTimeout},
	"busy too long":           {fetchtest.RetryAfter(503, time.Hour), ErrUnreachable},
	"busy as of long ago":     {fetchtest.RetryAfterDate(503, -time.Hour), ErrTimeout},
	"no content":              {fetchtest.Status(204), ErrBadResponse},
	"not modified":            {fetchtest.Status(304), ErrBadResponse},
	"nowhere to go":           {fetchtest.Status(302), ErrBadResponse},
	"no HTTP":                 {fetchtest.Raw("SSH-2.0-OpenSSH\r\n"), ErrTimeout},
	"last of its connection":  {fetchtest.GoAway, nil},
	"weak tag, no date":       {fetchtest.Header("Etag", `W/"1"`, "Last-Modified", ""), nil},
	"no validator":            {fetchtest.Header("Etag", "", "Last-Modified", ""), nil},
}

// noTotal has the server not say in partial answers how long the file is.
func noTotal(a *fetchtest.Answer) {
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
						err := f.crowd(readers, "a")
						if !errors.Is(err, test.want) {
							t.Errorf("got %v, want %v", err, test.want)
						}
						if n := len(f.origin.Requests()); n > 150 {
							t.Errorf("%d requests", n)
						}
						f.origin.Heal()
						time.Sleep(2 * failedRest)
						if err := f.crowd(readers, "a"); err != nil {
							t.Errorf("after it was over: %v", err)
						}
					}, file("a", faultSize))
				})
			}
		}
	}
}
