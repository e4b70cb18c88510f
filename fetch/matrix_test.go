package fetch

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// matrixShare is no divisor of how many columns the matrix has, so that every
// row has its share of each.
var matrixShare = flag.Int("matrix.share", 7, "TestFaultMatrix tries one in so many cells; 1 means all")

// A matrixFault is what goes wrong in TestFaultMatrix, from the start of a
// download until the moment has passed.
type matrixFault struct {
	at     func(at int64) fetchtest.Fault // strikes every request for the byte at
	file   func(*fetchtest.File)          // how the file is served
	setup  func(f *cell, at int64)        // what else is wrong
	secure bool                           // TLS and HTTP/2
	keeps  bool                           // what is held is not to be sent again
	errs   []error                        // what reads may fail with meanwhile
}

// matrixSize is small enough for more than a thousand downloads, and large
// enough for each to need several requests.
const matrixSize = 300_003

// matrixPlaces are the bytes at which faults strike, and how long it takes until
// a download is there.
var matrixPlaces = []struct {
	name string
	at   int64
	when time.Duration
}{
	{"start", 0, 50 * time.Millisecond},
	{"middle", 123_456, 150 * time.Millisecond},
	{"last byte", matrixSize - 1, 350 * time.Millisecond},
}

// matrixMoments are what happens during a fault, and what reads that wait may
// fail with for that reason.
var matrixMoments = []struct {
	name string
	do   func(f *fixture, d *Download)
	errs []error
}{
	{"nothing", func(*fixture, *Download) { time.Sleep(25 * time.Second) }, nil},
	{"pause", (*fixture).pauseDuringFault, nil},
	{"resume", (*fixture).resumeDuringFault, nil},
	{"cancel", (*fixture).cancelDuringFault, []error{ErrCanceled}},
	{"look", (*fixture).lookDuringFault, nil},
	{"close", (*fixture).closeDuringFault, []error{ErrClosed}},
}

// TestFaultMatrix has each fault strike at each place, with one reader and with
// many, while nothing or something else happens. Every read ends in time with
// the right bytes or an error that is to be expected, commands are carried out
// at once, and when it is over every byte can be had.
func TestFaultMatrix(t *testing.T) {
	quiet(t)
	leavesNothingOpen(t)
	cells, share := 0, *matrixShare
	if raced || testing.Short() {
		share *= 3
	}
	t.Run("cell", func(t *testing.T) {
		rows := matrixFaults()
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			fault := rows[name]
			for _, place := range matrixPlaces {
				for _, moment := range matrixMoments {
					for _, readers := range []int{1, 16} {
						if cells++; cells%share != 0 {
							continue
						}
						t.Run(fmt.Sprintf("%s, %s, %s, %d readers", name, place.name, moment.name, readers), func(t *testing.T) {
							t.Parallel()
							file := file("a", matrixSize)
							if fault.file != nil {
								fault.file(&file)
							}
							bubbleAmongOthers(t, fault.secure, func(f *fixture) {
								c := &cell{fixture: f, fault: fault, readers: readers}
								c.suffer(place.at)
								time.Sleep(place.when)
								moment.do(f, f.download("a"))
								c.recover(moment.errs)
							}, file)
						})
					}
				}
			}
		}
	})
	t.Logf("%d of %d cells", cells/share, cells)
}

// A cell is one run of TestFaultMatrix.
type cell struct {
	*fixture
	fault   matrixFault
	readers int
	ended   chan error // of each read
	heal    func()     // what ends the fault, beside what the origin does
}

// suffer begins a download under a fault.
func (f *cell) suffer(at int64) {
	f.origin.SetLink(fetchtest.Link{RTT: 20 * time.Millisecond, TotalRate: 1_000_000})
	if f.fault.at != nil {
		f.origin.Fault(fetchtest.Covers(at), f.fault.at(at))
	}
	if f.fault.setup != nil {
		f.fault.setup(f, at)
	}
	f.ended = make(chan error, f.readers)
	for i := range f.readers {
		go func() { f.ended <- f.rest("a", int64(i)*matrixSize/int64(f.readers)) }()
	}
}

// rest reads a file from an offset to its end with a handle of its own.
func (f *cell) rest(key string, off int64) error {
	r := f.download(key).NewReader()
	defer func() { _ = r.Close() }()
	for ; off <= matrixSize; off += 64 << 10 {
		if err := f.attempt(r, off, 64<<10); err != nil {
			return err
		}
	}
	return nil
}

// recover ends the fault and checks that all is well then.
func (f *cell) recover(errs []error) {
	f.origin.Heal()
	f.origin.Redirect("a", 0, "")
	f.origin.SetLink(fetchtest.Link{})
	if f.heal != nil {
		f.heal()
	}
	for range f.readers {
		err := <-f.ended
		may := slices.Concat(errs, f.fault.errs)
		if err != nil && !slices.ContainsFunc(may, func(e error) bool { return errors.Is(err, e) }) {
			f.t.Errorf("a read ended with %v", err)
		}
	}
	time.Sleep(2 * failedRest)
	if err := f.readTogether(f.readers, "a"); err != nil {
		f.t.Errorf("after it was over: %v", err)
	}
	f.untilState(f.download("a"), Complete)
	if f.fault.keeps && len(errs) == 0 {
		f.checkThriftOf(matrixSize, 5)
	}
}

// from has a fault that counts the bytes of an answer strike at a byte of the
// file.
func from(fault func(n int64) fetchtest.Fault) func(at int64) fetchtest.Fault {
	return func(at int64) fetchtest.Fault {
		return func(a *fetchtest.Response) { fault(max(at-a.From, 0))(a) }
	}
}

// always has a fault strike whole answers.
func always(faults ...fetchtest.Fault) func(int64) fetchtest.Fault {
	return func(int64) fetchtest.Fault { return fetchtest.Both(faults...) }
}

// renewed has an address expire at a byte of the file.
func renewed(status int) matrixFault {
	return matrixFault{keeps: true, setup: func(f *cell, at int64) {
		f.opt.Locate = func(_ context.Context, key string) (Location, error) { return Location{URL: f.origin.Sign(key)}, nil }
		f.reopen()
		f.origin.Fault(fetchtest.All(fetchtest.Covers(at), fetchtest.Next(1)), from(fetchtest.ResetAfter)(at),
			func(*fetchtest.Response) { time.AfterFunc(30*time.Millisecond, func() { f.origin.Expire(status) }) })
	}}
}

// unplugged has every attempt to connect fail from a byte of the file on. A read fails
// with one of kinds, if any are given.
func unplugged(err error, kinds ...error) matrixFault {
	return matrixFault{keeps: true, errs: append(kinds, ErrUnreachable, ErrTimeout), setup: func(f *cell, at int64) {
		l := f.onLine(0)
		l.err, f.heal = err, func() { l.down.Store(false) }
		l.down.Store(at == 0)
		f.origin.Fault(fetchtest.Covers(at), from(fetchtest.ResetAfter)(at), func(*fetchtest.Response) { l.down.Store(true) })
	}}
}

// redirected sends the requests for a byte elsewhere.
func redirected(to func(f *cell, other *fetchtest.Origin) string, errs ...error) matrixFault {
	return matrixFault{errs: errs, setup: func(f *cell, at int64) {
		other := fetchtest.NewLocal(f.t, "two.test", file("a", matrixSize))
		f.opt.Transport = fetchtest.Network(f.origin, other)
		f.opt.Locate = func(context.Context, string) (Location, error) { return secretLocation(f.origin), nil }
		f.reopen()
		location := to(f, other)
		f.origin.Fault(fetchtest.Covers(at), fetchtest.Status(302, "Location", location))
		f.heal = func() {
			for _, r := range other.Requests() {
				if strings.Contains(fmt.Sprint(r.Header, r.URI), "hush") {
					f.t.Errorf("the other host got %v", r)
				}
			}
		}
	}}
}
