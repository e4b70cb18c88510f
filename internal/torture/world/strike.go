package world

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A Strike is a fault of the origin, from its start to its end.
type Strike struct {
	ID     int    // of the step that began it
	Kind   string // of Kinds
	Prefix string // of the paths that it strikes, below the base
	Lists  bool   // it strikes listings, too
	// From and To are when it struck, since the start of the run.
	From, To time.Duration

	left  atomic.Int64 // requests that it still strikes
	hits  atomic.Int64
	until chan struct{} // closed at its end

	redirects *redirects // of the world

	// Guarded by World.mu: how many responses that it struck are under way, and when the
	// last of the others ended.
	underWay int
	ended    time.Duration
}

// reaches returns until when a program may meet the fault: a response that it struck may
// end later than the fault.
func (s *Strike) reaches() time.Duration {
	if s.underWay > 0 {
		return Forever
	}
	return max(s.To, s.ended)
}

// Kinds are the faults that strike a request, by name.
var Kinds = map[string]func(s *Strike) fetchtest.Fault{
	"reset":      func(*Strike) fetchtest.Fault { return fetchtest.ResetAfter(fetchtest.BeforeHead) },
	"cut":        func(s *Strike) fetchtest.Fault { return fetchtest.ResetAfter(1000 * (s.hits.Load() % 70)) },
	"hangup":     func(s *Strike) fetchtest.Fault { return fetchtest.CloseAfter(777 * (s.hits.Load() % 50)) },
	"stall":      func(s *Strike) fetchtest.Fault { return fetchtest.HoldAt(fetchtest.BeforeHead, s.until) },
	"stallbody":  func(s *Strike) fetchtest.Fault { return fetchtest.HoldAt(3000, s.until) },
	"trickle":    func(*Strike) fetchtest.Fault { return fetchtest.Trickle(250_000) },
	"slow":       func(*Strike) fetchtest.Fault { return fetchtest.Delay(150 * time.Millisecond) },
	"shift":      func(*Strike) fetchtest.Fault { return fetchtest.Shift(4096) },
	"short":      func(*Strike) fetchtest.Fault { return partly(fetchtest.ShortBody(100), fetchtest.CloseAfter(100)) },
	"long":       func(*Strike) fetchtest.Fault { return partly(fetchtest.LongBody(100), surplus) },
	"range":      func(*Strike) fetchtest.Fault { return fetchtest.ContentRange("bytes 7-9/10") },
	"norange":    func(*Strike) fetchtest.Fault { return fetchtest.ContentRange("") },
	"total":      func(*Strike) fetchtest.Fault { return fetchtest.Total("*") },
	"whole":      func(*Strike) fetchtest.Fault { return fetchtest.Whole },
	"etag":       func(s *Strike) fetchtest.Fault { return fetchtest.ETag(fmt.Sprintf(`"other-%d"`, s.hits.Load())) },
	"noetag":     func(*Strike) fetchtest.Fault { return fetchtest.ETag("") },
	"gzip":       func(*Strike) fetchtest.Fault { return fetchtest.Gzip },
	"chunked":    func(*Strike) fetchtest.Fault { return fetchtest.Chunked },
	"goaway":     func(*Strike) fetchtest.Fault { return fetchtest.GoAway },
	"416":        func(*Strike) fetchtest.Fault { return fetchtest.Unsatisfiable },
	"429":        func(*Strike) fetchtest.Fault { return fetchtest.RetryAfter(429, time.Second) },
	"503":        func(*Strike) fetchtest.Fault { return fetchtest.Status(503) },
	"500":        func(*Strike) fetchtest.Fault { return fetchtest.Status(500) },
	"401":        func(*Strike) fetchtest.Fault { return fetchtest.Status(401) },
	"403":        func(*Strike) fetchtest.Fault { return fetchtest.Status(403) },
	"404":        func(*Strike) fetchtest.Fault { return fetchtest.Status(404) },
	"410":        func(*Strike) fetchtest.Fault { return fetchtest.Status(410) },
	"page":       func(*Strike) fetchtest.Fault { return fetchtest.Page(200, "<html><title>Sign in</title>No.</html>") },
	"errorpage":  func(*Strike) fetchtest.Fault { return fetchtest.Page(502, "<html>Bad gateway</html>") },
	"redirect1":  func(s *Strike) fetchtest.Fault { return s.redirects.fault(1) },
	"redirect9":  func(s *Strike) fetchtest.Fault { return s.redirects.fault(9) },
	"redirect12": func(s *Strike) fetchtest.Fault { return s.redirects.fault(12) },
	"down":       func(*Strike) fetchtest.Fault { return func(*fetchtest.Response) {} }, // the link, by who runs the world
	"nothttp":    func(*Strike) fetchtest.Fault { return fetchtest.Raw("SSH-2.0-OpenSSH_9.9\r\n") },
}

// Strike begins a fault that strikes requests for paths with a prefix, or only count
// of them where count is above 0.
func (w *World) Strike(id int, kind, prefix string, lists bool, count int) error {
	if Kinds[kind] == nil {
		return fmt.Errorf("world: no fault %q", kind)
	}
	s := &Strike{ID: id, Kind: kind, Prefix: prefix, Lists: lists, From: w.now(), To: Forever,
		until: make(chan struct{}), redirects: &w.redirects}
	s.left.Store(int64(count))
	if count == 0 {
		s.left.Store(1 << 40)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.strikes = append(w.strikes, s)
	return nil
}

// Heal ends the fault that a step began, or every one if id is below 0.
func (w *World) Heal(id int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.strikes {
		if s.To == Forever && (id < 0 || s.ID == id) {
			s.To = w.now()
			close(s.until)
		}
	}
}

// Strikes returns the faults that struck paths with a prefix of theirs, between two
// times.
func (w *World) Strikes(p string, from, to time.Duration) []*Strike {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.strikes), func(s *Strike) bool {
		return s.From > to || s.reaches() < from || !strings.HasPrefix(p, s.Prefix) && !strings.HasPrefix(s.Prefix, p+"/") && p != ""
	})
}

// IsDown reports whether the link should be down.
func (w *World) IsDown() bool {
	return slices.ContainsFunc(w.current(), func(s *Strike) bool { return s.Kind == "down" })
}

// edit lets the faults strike a response that is about to be sent.
func (w *World) edit(resp *fetchtest.Response) {
	p, isFile := w.PathOfRequest(resp.Request)
	if isFile {
		resp.Rate = w.rate(p)
	}
	if !isFile {
		uri, err := url.ParseRequestURI(resp.Request.URI)
		if err != nil {
			return
		}
		p, _ = w.service.FolderOf(uri)
	}
	strikes := w.current()
	slices.SortStableFunc(strikes, func(a, b *Strike) int { return lastOf(a.Kind) - lastOf(b.Kind) })
	strikes = slices.DeleteFunc(strikes, func(s *Strike) bool {
		return !strings.HasPrefix(p, s.Prefix) || !isFile && !s.Lists || s.left.Add(-1) < 0
	})
	for _, s := range strikes {
		s.hits.Add(1)
		Kinds[s.Kind](s)(resp)
	}
	w.redirects.note(resp)
	w.count(strikes, 1)
	resp.Ended = func() { w.count(strikes, -1) }
}

// count notes that n more responses which faults struck are under way.
func (w *World) count(struck []*Strike, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range struck {
		s.underWay += n
		s.ended = w.now()
	}
}

// lastOf orders faults of one response: what depends on Content-Length comes last.
func lastOf(kind string) int {
	if kind == "long" {
		return 1
	}
	return 0
}

func (w *World) current() []*Strike {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.strikes), func(s *Strike) bool { return s.To != Forever })
}

// partly is part for a response with a part of the file, which says by Content-Range
// that something is wrong, and whole for one that would pass for a whole file.
func partly(part, whole fetchtest.Fault) fetchtest.Fault {
	return func(resp *fetchtest.Response) {
		if resp.Status == http.StatusPartialContent {
			part(resp)
			return
		}
		whole(resp)
	}
}

// surplus sends more than Content-Length says. Without a Content-Length the bytes would
// be the file's: nobody could tell them from a version of that size.
func surplus(resp *fetchtest.Response) {
	if resp.Length != fetchtest.Unsaid {
		fetchtest.Surplus(100)(resp)
	}
}

// Lasted reports whether the fault struck for at least d between two times.
func (s *Strike) Lasted(from, to, d time.Duration) bool { return min(s.To, to)-max(s.From, from) >= d }
