package fetchtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestRequests(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.Put(file("b"))
		o.SetLink(fetchtest.Link{RTT: time.Second})
		rt := o.Transport()
		do(t, rt, "GET", o.URL("a"))
		do(t, rt, "GET", o.URL("b")+"?x=1", "Range", "bytes=10-19", "If-Range", o.File("b").ETag, "X-Any", "thing")
		do(t, rt, "HEAD", o.URL("a"), "Range", "bytes=900000-")
		if err := o.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := o.Requests()
		if len(all) != 3 {
			t.Fatalf("%d requests", len(all))
		}
		begin := all[0].Time
		for i, want := range []fetchtest.Request{
			{Nth: 1, File: "a", Method: "GET", URI: "/a", To: size, Status: 200, Sent: size},
			{Nth: 1, File: "b", Method: "GET", URI: "/b?x=1", Range: "bytes=10-19", IfRange: o.File("b").ETag,
				From: 10, To: 20, Status: 206, Sent: 10},
			{Nth: 2, File: "a", Method: "HEAD", URI: "/a", Range: "bytes=900000-", Status: 416},
		} {
			want.Number, want.Conn, want.Proto, want.Host, want.Done = i+1, 1, "HTTP/1.1", "origin.test", true
			want.Time = begin.Add(time.Duration(i) * time.Second)
			want.End = want.Time.Add(time.Second)
			got := all[i]
			if i == 1 && got.Header.Get("X-Any") != "thing" {
				t.Errorf("headers: %v", got.Header)
			}
			got.Header = nil
			if !equal(got, want) {
				t.Errorf("request %d:\n%+v, want\n%+v", i+1, got, want)
			}
		}
		if got := o.RequestsOf("a"); len(got) != 2 || got[1].Method != "HEAD" {
			t.Errorf("of a: %+v", got)
		}
		if o.Sent() != size+10 || o.SentOf("a") != size || o.SentOf("b") != 10 {
			t.Errorf("sent %d, of a %d, of b %d", o.Sent(), o.SentOf("a"), o.SentOf("b"))
		}
	})
}

func equal(a, b fetchtest.Request) bool {
	if !a.Time.Equal(b.Time) || !a.End.Equal(b.End) {
		return false
	}
	return a.Number == b.Number && a.Nth == b.Nth && a.Conn == b.Conn && a.Proto == b.Proto &&
		a.Method == b.Method && a.Host == b.Host && a.URI == b.URI && a.File == b.File &&
		a.Range == b.Range && a.IfRange == b.IfRange && a.From == b.From && a.To == b.To &&
		a.Status == b.Status && a.Sent == b.Sent && a.Done == b.Done
}

func TestStats(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{RTT: time.Second})
		rt := o.Transport()
		var clients sync.WaitGroup
		for range 3 {
			clients.Go(func() { do(t, rt, "GET", o.URL("a")) })
		}
		synctest.Wait()
		if got, want := o.Stats(), (fetchtest.Stats{Requests: 3, Active: 3, Peak: 3, Conns: 3, ConnsOpen: 3, ConnsPeak: 3}); got != want {
			t.Errorf("during: %+v, want %+v", got, want)
		}
		clients.Wait()
		synctest.Wait()
		if got, want := o.Stats(), (fetchtest.Stats{Requests: 3, Peak: 3, Sent: 3 * size, Conns: 3, ConnsOpen: 3, ConnsPeak: 3}); got != want {
			t.Errorf("after: %+v, want %+v", got, want)
		}
		rt.CloseIdleConnections()
		if err := o.WaitConnsClosed(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.Forget()
		if got, want := o.Stats(), (fetchtest.Stats{Conns: 3}); got != want || len(o.Requests()) != 0 || o.SentOf("a") != 0 {
			t.Errorf("forgotten: %+v, want %+v", got, want)
		}
	})
}

func TestWaits(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{ConnRate: 1000})
		begin := time.Now()
		go func() {
			time.Sleep(time.Second)
			get(t, o, "a", "Range", "bytes=100-2099")
		}()
		for _, wait := range []struct {
			name string
			wait func(context.Context) error
			at   time.Duration
		}{
			{"no request", func(ctx context.Context) error { return o.WaitRequests(ctx, 0) }, 0},
			{"a request", func(ctx context.Context) error { return o.WaitRequests(ctx, 1) }, time.Second},
			{"500 bytes", func(ctx context.Context) error { return o.WaitSent(ctx, 500) }, 1500 * time.Millisecond},
			{"idleness", o.WaitIdle, 3 * time.Second},
		} {
			if err := wait.wait(t.Context()); err != nil {
				t.Error(err)
			}
			near(t, wait.name, time.Since(begin), wait.at, 0)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := o.WaitRequests(ctx, 2); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("in vain: %v", err)
		}
	})
}

func TestAwait(t *testing.T) {
	local(t, func(t *testing.T, o *fetchtest.Origin) {
		go func() {
			get(t, o, "a")
			get(t, o, "a", "Range", "bytes=100-2099")
		}()
		r, err := o.Await(t.Context(), fetchtest.All(fetchtest.Covers(2099), fetchtest.Ranged))
		if err != nil || r.From != 100 || r.Number != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		r, err = o.Await(t.Context(), func(r fetchtest.Request) bool { return r.Done && r.Sent == 2000 })
		if err != nil || r.Number != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := o.Await(ctx, fetchtest.Of("b")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("in vain: %v", err)
		}
	})
}

func TestWhen(t *testing.T) {
	r := fetchtest.Request{File: "a", Nth: 3, Range: "bytes=5-9", IfRange: `"x"`, From: 5, To: 10}
	whole := fetchtest.Request{File: "b", Nth: 1, To: 100}
	for i, test := range []struct {
		when     fetchtest.When
		r, whole bool
	}{
		{fetchtest.Always, true, true},
		{fetchtest.Of("a"), true, false},
		{fetchtest.Of("b", "a"), true, true},
		{fetchtest.Nth(1, 2), false, true},
		{fetchtest.From(2), true, false},
		{fetchtest.Ranged, true, false},
		{fetchtest.Conditional, true, false},
		{fetchtest.Covers(9), true, true},
		{fetchtest.Covers(10), false, true},
		{fetchtest.Starts(5), true, false},
		{fetchtest.Not(fetchtest.Ranged), false, true},
		{fetchtest.All(fetchtest.Covers(5), fetchtest.Starts(0)), false, true},
		{fetchtest.All(), true, true},
	} {
		if test.when(r) != test.r || test.when(whole) != test.whole {
			t.Errorf("condition %d: %v, %v", i, test.when(r), test.when(whole))
		}
	}
	next := fetchtest.Next(2)
	if got := []bool{next(r), next(whole), next(r)}; !slices.Equal(got, []bool{true, true, false}) {
		t.Errorf("the next two: %v", got)
	}
}

// The rule that All asks in order lets Next count the right requests only.
func TestScripts(t *testing.T) {
	o := fetchtest.New(t, file("a"), file("b"))
	o.Fault(fetchtest.All(fetchtest.Of("a"), fetchtest.Ranged, fetchtest.Next(1)), fetchtest.Status(500))
	o.Script("b", fetchtest.Status(503), nil, fetchtest.Status(404))
	for i, want := range []struct {
		name, header string
		status       int
	}{
		{"a", "", 200}, {"b", "", 503}, {"a", "bytes=0-0", 500}, {"a", "bytes=0-0", 206},
		{"b", "", 200}, {"b", "", 404}, {"b", "", 200},
	} {
		if g := get(t, o, want.name, "Range", want.header); g.err != nil || g.StatusCode != want.status {
			t.Errorf("step %d: %v, want %d", i, g, want.status)
		}
	}
}

func TestAsHandler(t *testing.T) {
	o := fetchtest.New(t, file("a"))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/a", nil)
	r.Header.Set("Range", "bytes=5-9")
	o.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	if wrong := fetchtest.Check(o.Content("a"), 5, body); err != nil || wrong != nil || w.Code != 206 || o.Requests()[0].Conn != 0 {
		t.Errorf("%d, %v, %v", w.Code, err, wrong)
	}
	o.Fault(fetchtest.Always, fetchtest.ResetAfter(2))
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("panicked with %v", p)
		}
	}()
	o.ServeHTTP(httptest.NewRecorder(), r)
}
