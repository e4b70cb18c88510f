package fetch

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// redirecting is a network in which one host sends all who ask for "a" to two
// others by turns, which have the same bytes under other validators.
func redirecting(t *testing.T, do func(f *fixture, nodes [2]*fetchtest.Origin)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := fetchtest.NewLocal(t, "service.test", file("a", 4*mb))
		var nodes [2]*fetchtest.Origin
		for i, name := range []string{"one.test", "two.test"} {
			copied := file("a", 4*mb)
			copied.ETag = `"` + name + `"`
			copied.Modified = time.Date(1990+i, 1, 1, 0, 0, 0, 0, time.UTC)
			nodes[i] = fetchtest.NewLocal(t, name, copied)
			alternate := func(r fetchtest.Request) bool { return r.Nth%2 == (i+1)%2 }
			o.Fault(alternate, fetchtest.Status(http.StatusFound, "Location", nodes[i].URL("a")))
		}
		f := newFixture(t, o)
		f.opt.Transport = fetchtest.Network(o, nodes[0], nodes[1])
		f.reopen()
		do(f, nodes)
	})
}

// TestRedirectsAlternate has every redirect lead elsewhere: what comes is of one
// mirror, and no byte comes twice.
func TestRedirectsAlternate(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		r := f.reader("a")
		for _, off := range []int64{0, 3 * mb, mb, 2 * mb} {
			f.read(r, off, 20_000)
		}
		f.readAll("a")
		if one, two := nodes[0].Sent(), nodes[1].Sent(); two != 0 || one > 4*mb+200_000 {
			t.Errorf("the mirrors sent %d and %d bytes of %d", one, two, 4*mb)
		}
		if n := len(f.origin.Requests()); n != 1 {
			t.Errorf("%d requests went through the redirect", n)
		}
	})
}

// TestRedirectTargetLasts has a new process go on where the old one was sent.
func TestRedirectTargetLasts(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		f.read(f.reader("a"), 0, 100_000)
		f.reopen()
		held := f.download("a").Status().Held
		f.readAll("a")
		if two, again := nodes[1].Sent(), nodes[0].Sent()-4*mb; held < 100_000 || two != 0 || again > 200_000 {
			t.Errorf("of %d held, %d came again and %d from the other mirror", held, again, two)
		}
	})
}

// TestRedirectTargetIsGone has a mirror go away, in several ways, after some bytes came
// from it: the other one's are another version, as far as anyone can tell.
func TestRedirectTargetIsGone(t *testing.T) {
	for name, fault := range map[string]fetchtest.Fault{
		"refused": fetchtest.Status(http.StatusForbidden),
		"moved":   fetchtest.Status(http.StatusNotFound),
		"expired": fetchtest.Status(http.StatusGone),
		"down":    fetchtest.ResetAfter(0),
		"broken":  fetchtest.Status(http.StatusBadGateway),
	} {
		t.Run(name, func(t *testing.T) {
			redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
				r := f.reader("a")
				f.read(r, 0, 100_000)
				nodes[0].Fault(fetchtest.Always, fault)
				f.origin.Heal()
				f.origin.Fault(fetchtest.Always, fetchtest.Status(http.StatusFound, "Location", nodes[1].URL("a")))
				if _, err := r.ReadAt(f.t.Context(), make([]byte, 1000), 3*mb); !errors.Is(err, ErrStale) {
					t.Errorf("the handle that read the first mirror's bytes: %v", err)
				}
				f.readAll("a")
			})
		})
	}
}

// TestRedirectTargetHiccups has a mirror break one connection: nobody leaves it for that.
func TestRedirectTargetHiccups(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		f.read(f.reader("a"), 0, 100_000)
		nodes[0].Fault(fetchtest.Next(1), fetchtest.ResetAfter(0))
		f.readAll("a")
		if two := nodes[1].Sent(); two != 0 {
			t.Errorf("the other mirror sent %d bytes", two)
		}
	})
}

// TestRedirectTargetRefuses has the file be there for nobody: that is said, and soon.
func TestRedirectTargetRefuses(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		for _, node := range nodes {
			node.Fault(fetchtest.Always, fetchtest.Status(http.StatusForbidden))
		}
		_, err := f.reader("a").ReadAt(context.Background(), make([]byte, 10), 0)
		if !errors.Is(err, ErrDenied) {
			t.Errorf("got %v, want ErrDenied", err)
		}
		if n := len(f.origin.Requests()); n > 4 {
			t.Errorf("%d requests for what is refused", n)
		}
	})
}

// TestRedirectIsForgottenWithItsBytes starts anew where the catalog says.
func TestRedirectIsForgottenWithItsBytes(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		f.read(f.reader("a"), 0, 100_000)
		f.control(f.download("a"), Cancel)
		f.readAll("a")
		if n := len(f.origin.Requests()); n < 2 {
			t.Errorf("%d requests went through the redirect", n)
		}
	})
}

// TestRedirectTargetHasANewVersion has the file change: it is read on where that showed.
func TestRedirectTargetHasANewVersion(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		f.read(f.reader("a"), 0, 100_000)
		for _, o := range []*fetchtest.Origin{f.origin, nodes[0], nodes[1]} {
			o.Replace("a", fetchtest.Random(77, 4*mb))
		}
		f.read(f.reader("a"), 3*mb, 1000)
		f.readAll("a")
		if n := len(f.origin.Requests()) + len(nodes[1].Requests()); n != 1 {
			t.Errorf("%d requests elsewhere", n)
		}
		for _, r := range nodes[0].Requests()[1:] {
			if r.Header.Get("If-Range") == "" {
				t.Errorf("bytes %d to %d are asked for without a condition, as if the server ignored it", r.From, r.To)
			}
		}
	})
}

// TestRedirectOfDroppedBytes has an answer of a mirror be taken in when a user has
// just dropped what it goes with.
func TestRedirectOfDroppedBytes(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		d := f.download("a")
		late := &transfer{d: d, content: d.content}
		f.read(f.reader("a"), 0, 100_000)
		f.control(d, Cancel)
		(&diskSink{transfer: late}).keepRedirect(Location{URL: nodes[0].URL("a")})
		if d.source.redirect.URL != "" {
			t.Errorf("%s is asked for what comes next", d.source.redirect.URL)
		}
	})
}

// TestRedirectAndAddressExpire has a download be resumed by a new process when its
// mirror refuses it by now, and its address once: what is held is kept, as the
// other mirror has the same version.
func TestRedirectAndAddressExpire(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		same := file("a", 4*mb)
		same.ETag = `"one.test"`
		same.Modified = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
		nodes[1].Put(same)
		nodes[0].SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
		d := f.download("a")
		f.control(d, Start)
		time.Sleep(2 * time.Second)
		f.control(d, Pause)
		held := d.Status().Held
		f.reopen()
		nodes[0].Fault(fetchtest.Always, fetchtest.Status(http.StatusForbidden))
		f.origin.Heal()
		f.origin.Fault(fetchtest.Always, fetchtest.Status(http.StatusFound, "Location", nodes[1].URL("a")))
		f.origin.Fault(fetchtest.Next(1), fetchtest.Status(http.StatusForbidden))
		d = f.download("a")
		f.control(d, Resume)
		f.untilState(d, Complete)
		if two := nodes[1].Sent(); two > 4*mb-held+100_000 {
			t.Errorf("%d bytes came from the other mirror, of %d and with %d held", two, 4*mb, held)
		}
		f.readAll("a")
	})
}

// TestRedirectTargetIsSilent reads what only a mirror has, which sends nothing: the deadline
// is that of any read.
func TestRedirectTargetIsSilent(t *testing.T) {
	redirecting(t, func(f *fixture, nodes [2]*fetchtest.Origin) {
		for _, n := range nodes {
			n.Fault(fetchtest.Always, fetchtest.StallAfter(0))
		}
		began := time.Now()
		err := f.attempt(f.reader("a"), 0, 10)
		if took := time.Since(began); !errors.Is(err, ErrTimeout) || took > patience {
			t.Errorf("after %v: %v", took, err)
		}
	})
}
