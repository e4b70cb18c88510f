package slots

import (
	"math"
	"time"
)

const (
	// calmFor is how long no reader must have been in need for one more other
	// transfer to go on, and how long one must have been for half of them to end.
	calmFor = time.Second

	// faster is by how much a transfer that a reader needs must be faster than
	// each of the others was, once they are gone, for that to have brought it.
	faster = 1.5

	// sharedFor is how long a host is known for a shared link.
	sharedFor = 30 * time.Second

	// apartFor and apartMost are how long it is known for connections that do
	// not share, at first and at most: twice as long each time this is found.
	apartFor  = 10 * time.Second
	apartMost = 5 * time.Minute

	// unmeasured is how many times longer background transfers go on while their
	// rate is not known, so that it gets measured.
	unmeasured = 4

	// starved is how long a reader may receive nothing, with background transfers
	// stopped, before they resume.
	starved = 5 * time.Second

	// unlimited is the limit while no reader is in need.
	unlimited = math.MaxInt
)

// A background decides how many background transfers of one host may go on while
// a reader waits for bytes of that host.
//
// Bytes on their way cannot be held back: those that fill a slow link arrive
// before those that a reader asks for, for seconds. So background connections are
// closed once a reader has been blocked for longer than a probe takes. The gain is
// measured. If the reader's transfer is not much faster than each background
// transfer was, the host limits each connection by itself, and all come back at
// once. Else they share a link: background transfers come back one by one while no
// reader is in need, half of them go when a reader's window is not filled in time,
// and all of them, without delay, when a reader is blocked again. A reader that
// receives nothing at all stops them for a short time only. The type is pure: time
// comes in as an argument.
type background struct {
	limit   int           // on how many may go on
	need    Priority      // of the reader who has the greatest
	readers int           // transfers that readers need
	others  int           // background transfers
	rtt     time.Duration // a request takes to be answered
	turned  time.Time     // when need began or ended, background transfers came, or limit last changed by it
	came    time.Time     // when a byte last came to a reader

	per     float64 // bytes a second of each background transfer; 0 unknown
	filling sample  // of background transfers
	reading sample  // of the readers, without background transfers
	judging bool    // reading is to tell the gain of stopping background transfers

	shared time.Time     // until when the link is known to be shared
	apart  time.Time     // until when it is known not to be
	trust  time.Duration // for how long that was
}

// observe takes in who has a slot now.
func (b *background) observe(now time.Time, need Priority, readers, others int) {
	if need < Prefetch {
		need = Background // a size alone is soon there
	}
	b.pass(now)
	if (need == Background) != (b.need == Background) {
		b.turned = now
	}
	if b.others == 0 && others > 0 {
		b.turned, b.filling, b.judging = now, sample{}, false
	}
	if b.readers != readers && !b.reading.began.After(now) {
		b.reading = sample{}
	}
	b.need, b.readers, b.others = need, readers, others
	b.pass(now)
}

// due returns when the limit changes if nothing else does; zero if it does not.
func (b *background) due() time.Time {
	switch {
	case b.need > Background && b.limit == 0:
		return later(b.turned, b.came).Add(starved)
	case b.need == Demand && b.others > 0:
		return later(b.turned.Add(b.grace()), b.apart)
	case b.limit == unlimited, b.need == Demand:
		return time.Time{}
	case b.need == Prefetch && min(b.limit, b.others) == 0:
		return time.Time{}
	}
	return b.turned.Add(calmFor)
}

// grace returns how long a reader must have been in need for background transfers to stop.
func (b *background) grace() time.Duration {
	switch {
	case b.turned.Before(b.shared):
		return 0
	case b.per == 0:
		return unmeasured * span(b.rtt)
	}
	return 2*b.rtt + SampleTime
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pass brings the limit up to now.
func (b *background) pass(now time.Time) {
	for at := b.due(); !at.IsZero() && !now.Before(at); at = b.due() {
		b.turned = at
		switch {
		case b.need > Background && b.limit == 0:
			b.judge(now, 0)
		case b.need == Demand:
			b.limit, b.judging = 0, b.per > 0
			b.reading = sample{began: now.Add(max(b.rtt, connectCost))}
		case b.need == Prefetch:
			b.limit = min(b.limit, b.others) / 2
		default:
			if b.limit++; b.limit >= maxConnections {
				b.limit = unlimited
			}
		}
	}
}

// arrived counts n bytes of a background transfer, or of one that a reader
// needs, and reports whether something was found out by that.
func (b *background) arrived(now time.Time, n int64, ofBackground bool, rtt time.Duration) bool {
	b.rtt = rtt
	if !ofBackground {
		b.came = now
	}
	switch {
	case ofBackground && b.others > 0:
		rate, ok := b.filling.add(now, n, span(rtt))
		if ok {
			b.per = rate / float64(b.others)
		}
		return ok
	case !ofBackground && b.judging && b.others == 0 && b.readers > 0:
		rate, ok := b.reading.add(now, n, span(rtt))
		if ok {
			b.judge(now, rate/float64(b.readers))
		}
		return ok
	}
	return false
}

// judge takes in the rate of a reader's transfer without background transfers.
func (b *background) judge(now time.Time, rate float64) {
	b.judging = false
	if rate > faster*b.per {
		b.shared, b.trust = now.Add(sharedFor), 0
		return
	}
	b.trust = min(max(2*b.trust, apartFor), apartMost)
	b.limit, b.shared, b.apart = unlimited, time.Time{}, now.Add(b.trust)
}
