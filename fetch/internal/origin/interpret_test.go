package origin

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// questions are about a file of 100 bytes.
var questions = map[string]question{
	"0-9":     {Range: ranges.Range{Start: 0, End: 10}},
	"10-19":   {Range: ranges.Range{Start: 10, End: 20}},
	"100-109": {Range: ranges.Range{Start: 100, End: 110}},
	"plain":   {Range: ranges.Range{Start: 10, End: 20}, plain: true},
}

// framings are the columns of TestInterpret: what tells how long a body is.
var framings = []string{
	"Content-Length: 10\r\n", "Content-Length: 100\r\n", "Content-Length: 7\r\n",
	"Transfer-Encoding: chunked\r\n", "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n", "Connection: close\r\n",
}

// readHead returns the head of a response as HTTP reads it.
func readHead(t *testing.T, status int, contentRange, framing string) head {
	t.Helper()
	text := fmt.Sprintf("HTTP/1.1 %d x\r\n%s", status, framing)
	if contentRange != "" {
		text += "Content-Range: " + contentRange + "\r\n"
	}
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text+"\r\n")), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return (&Response{}).headOf(resp, readFields(resp.Header, time.Now()))
}

// cellOf writes a meaning as one letter: Part that was asked for, Whole of 100 bytes
// or whole of an unknown length, End of the file, or failed, refused, unlikely and
// senseless. A whole of another length is a number. All else is an error.
func cellOf(t *testing.T, q question, s span, m meaning) string {
	t.Helper()
	switch {
	case m != certain:
		return string("?frus"[m])
	case s.whole && s.Range == (ranges.Range{Start: 0, End: 100}) && s.total == 100:
		return "W"
	case s.whole && s.Range == (ranges.Range{Start: 0, End: ranges.Unbounded}) && s.total == -1:
		return "w"
	case s.whole && s.Start == 0 && s.End == s.total:
		return fmt.Sprint("(", s.total, ")")
	case !s.whole && s.Range == q.Range && s.total == 100:
		return "P"
	case !s.whole && s.Range == (ranges.Range{Start: s.total, End: s.total}):
		return "E"
	}
	t.Errorf("%+v is read as %+v", q, s)
	return "!"
}

// TestInterpret goes through the table of status, Content-Range, Content-Length,
// Transfer-Encoding and known size. A row is a question and a status, then a
// Content-Range or * for any. Its words have a letter for each of framings: one for
// a file of unknown size, of 100 and of 50 bytes, if these differ.
func TestInterpret(t *testing.T) {
	for row, want := range map[string]string{
		"0-9 200":                   "uW(7)www",
		"0-9 200 none":              "ssssss sWssss ssssss",
		"0-9 200 bytes 0-9/100":     "PWssss",
		"0-9 200 bytes 10-19/100":   "sWssss",
		"0-9 200 bytes 0-99/100":    "sWsWWW",
		"0-9 200 bytes */100":       "sWswww",
		"10-19 200":                 "uW(7)www",
		"10-19 200 none":            "ssssss sWssss ssssss",
		"10-19 200 bytes 0-9/100":   "sWssss",
		"10-19 200 bytes 10-19/100": "PWssss",
		"10-19 200 bytes 0-99/100":  "sWsWWW",
		"10-19 200 bytes */100":     "sWswww",
		"plain 200":                 "(10)W(7)www",
		"plain 200 none":            "(10)W(7)www",
		"plain 200 bytes 0-9/100":   "sWssss",
		"plain 200 bytes 10-19/100": "sWssss",
		"plain 200 bytes 0-99/100":  "sWsWWW",
		"plain 200 bytes */100":     "sWswww",

		"0-9 206":                   "ssssss",
		"0-9 206 none":              "ssssss",
		"0-9 206 bytes 0-9/100":     "PssPPP",
		"0-9 206 bytes 10-19/100":   "ssssss",
		"0-9 206 bytes 0-99/100":    "sWsWWW",
		"0-9 206 bytes */100":       "ssssss",
		"10-19 206":                 "ssssss",
		"10-19 206 none":            "ssssss",
		"10-19 206 bytes 0-9/100":   "ssssss",
		"10-19 206 bytes 10-19/100": "PssPPP",
		"10-19 206 bytes 0-99/100":  "sWsWWW",
		"10-19 206 bytes */100":     "ssssss",
		"plain 206":                 "ssssss",
		"plain 206 none":            "ssssss",
		"plain 206 bytes 0-9/100":   "ssssss",
		"plain 206 bytes 10-19/100": "ssssss",
		"plain 206 bytes 0-99/100":  "sWsWWW",
		"plain 206 bytes */100":     "ssssss",

		"0-9 416 *":               "rrrrrr",
		"10-19 416 *":             "rrrrrr",
		"100-109 416":             "rrrrrr",
		"100-109 416 none":        "rrrrrr",
		"100-109 416 bytes */100": "EEEEEE",
		"100-109 416 bytes */0":   "EEEEEE rrrrrr rrrrrr",
		"0-9 416 bytes */0":       "EEEEEE rrrrrr rrrrrr",
		"plain 416 *":             "ffffff",
		"0-9 400 *":               "rrrrrr",
		"10-19 400 *":             "rrrrrr",
		"plain 400 *":             "ffffff",
		"0-9 204 *":               "ffffff",
		"10-19 404 *":             "ffffff",
		"plain 500 *":             "ffffff",
	} {
		fields := append(strings.SplitN(row, " ", 3), "")
		status, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatal(err)
		}
		values := []string{fields[2]}
		if fields[2] == "*" {
			values = []string{"", "none", "bytes 0-9/100", "bytes 10-19/100", "bytes 0-99/100", "bytes */100"}
		}
		for _, value := range values {
			testRow(t, questions[fields[0]], status, value, want)
		}
	}
}

func testRow(t *testing.T, q question, status int, contentRange, want string) {
	t.Helper()
	var words []string
	for _, q.known = range []int64{-1, 100, 50} {
		word := ""
		for _, framing := range framings {
			s, m := interpret(q, readHead(t, status, contentRange, framing))
			word += cellOf(t, q, s, m)
		}
		words = append(words, word)
	}
	got := strings.Join(words, " ")
	if !strings.Contains(want, " ") {
		want = want + " " + want + " " + want
	}
	if got != want {
		t.Errorf("%+v, %d, Content-Range %q: %s, want %s", q, status, contentRange, got, want)
	}
}

// TestInterpretParts has a part that begins where it was asked to, and a header that
// differs from the body or from what was asked.
func TestInterpretParts(t *testing.T) {
	const unknown = -1
	for _, c := range []struct {
		contentRange string
		length       int64 // of the body
		known        int64
		end          int64 // of the span; 0 where it is not certain
		meaning      meaning
	}{
		{"bytes 10-19/100", 10, 100, 20, certain},
		{"Bytes 10-19/100", unknown, 100, 20, certain},
		{"bytes 10-19/*", 10, unknown, 20, certain},
		{"bytes 10-17/100", 8, 100, 18, certain},  // ends early
		{"bytes 10-20/100", 10, 100, 20, certain}, // writes the end for last
		{"bytes 10-20/20", 10, 20, 20, certain},
		{"bytes 10-20/20", unknown, 20, 20, certain},
		{"bytes 10-19/100", 9, 100, 19, certain},  // sends a byte less
		{"bytes 10-18/100", 10, 100, 20, certain}, // counts a byte less
		{"bytes 10-10/100", 0, 100, 0, senseless},
		{"bytes 10-20/100", 11, 100, 0, senseless}, // a byte more than was asked for
		{"bytes 10-20/100", unknown, 100, 0, senseless},
		{"bytes 10-19/100", 11, 100, 0, senseless},
		{"bytes 10-19/100", 8, 100, 0, senseless},
		{"bytes 10-17/18", 9, 100, 0, senseless}, // more than the file has
		{"bytes 9-18/100", 10, 100, 0, senseless},
		{"bytes 11-19/100", 9, 100, 0, senseless},
		{"bytes 10-19/20", 10, 100, 0, unlikely}, // says the end of the part for the file's
		{"bytes 10-19/20", 10, unknown, 0, unlikely},
		{"bytes 10-19/20", 10, 20, 20, certain},
	} {
		q := question{Range: ranges.Range{Start: 10, End: 20}, known: c.known}
		s, m := interpret(q, head{http.StatusPartialContent, parseContentRange(c.contentRange), c.length})
		if m != c.meaning || c.end > 0 && (s.Start != 10 || s.End != c.end) {
			t.Errorf("%s with %d bytes, known %d: %+v, %v, want the end %d, %v", c.contentRange, c.length, c.known, s, m, c.end, c.meaning)
		}
	}
}

// TestInterpretCapped has a server send less than all that was asked for. A caller
// that can put parts together asks for the rest; one that asks for all cannot.
func TestInterpretCapped(t *testing.T) {
	for _, c := range []struct {
		end          int64 // of the question
		contentRange string
		known        int64
		meaning      meaning
	}{
		{100, "bytes 0-9/100", 100, certain},
		{ranges.Unbounded, "bytes 0-99/100", 100, certain},
		{ranges.Unbounded, "bytes 0-99/100", -1, certain},
		{ranges.Unbounded, "bytes 0-9/100", 100, refused},
		{ranges.Unbounded, "bytes 0-9/100", -1, refused},
		{ranges.Unbounded, "bytes 0-9/*", 100, refused},
		{ranges.Unbounded, "bytes 0-9/*", -1, certain},
	} {
		q := question{Range: ranges.Range{Start: 0, End: c.end}, known: c.known}
		if _, m := interpret(q, head{http.StatusPartialContent, parseContentRange(c.contentRange), -1}); m != c.meaning {
			t.Errorf("%+v: %v", c, m)
		}
	}
}

// FuzzInterpret checks that a certain span is a part of the range that was asked
// for, the whole file or its end, and never more than the server sends.
func FuzzInterpret(f *testing.F) {
	f.Add(int64(10), int64(10), false, int64(100), uint8(1), "bytes 10-19/100", int64(10))
	f.Add(int64(0), int64(10), true, int64(-1), uint8(0), "bytes */100", int64(-1))
	f.Fuzz(func(t *testing.T, start, n int64, plain bool, known int64, status uint8, contentRange string, length int64) {
		start, n, length = max(start, 0), max(n, 1), max(length, -1)
		q := question{ranges.Range{Start: start, End: start + min(n, ranges.Unbounded-start)}, plain, known}
		if q.Empty() {
			return
		}
		h := head{[]int{200, 206, 416, 400}[status%4], parseContentRange(contentRange), length}
		s, m := interpret(q, h)
		if m != certain {
			return
		}
		whole := s.whole && s.Start == 0 && (s.End == s.total || s.total == -1 && s.End == ranges.Unbounded)
		part := !s.whole && !plain && !s.Empty() && s.Start == q.Start && s.End <= q.End && (s.total < 0 || s.End <= s.total)
		end := !s.whole && !plain && s.Start == s.End && s.End == s.total && s.total <= q.Start
		if !whole && !part && !end || length >= 0 && h.status < 300 && s.Len() > length {
			t.Errorf("%+v, %+v: %+v", q, h, s)
		}
	})
}

// TestReconcile has a plain response after one to the bytes 10 to 19.
func TestReconcile(t *testing.T) {
	q := question{Range: ranges.Range{Start: 10, End: 20}}
	for _, c := range []struct {
		meaning          meaning
		claimed, total   int64
		length           int64
		broken, accepted bool
	}{
		{refused, -1, 15, 15, false, true}, // it is too short for the range
		{refused, -1, 0, 0, false, true},
		{refused, -1, 20, 20, true, true},
		{refused, -1, 100, 100, true, true},
		{refused, -1, -1, -1, true, true},
		{unlikely, 20, 20, 20, false, true},
		{unlikely, 20, 100, 100, true, true},
		{unlikely, 20, -1, -1, true, true},
		{senseless, -1, 100, 100, true, true},
		{senseless, 100, 100, 100, true, true},
		{senseless, 100, -1, 100, true, true},
		{senseless, 100, 50, 50, true, false},
		{senseless, 100, 105, 105, true, false},
	} {
		length, broken, ok := reconcile(q, span{total: c.claimed}, c.meaning, c.total)
		if length != c.length || broken != c.broken || ok != c.accepted {
			t.Errorf("%+v: %d, %v, %v", c, length, broken, ok)
		}
	}
}
