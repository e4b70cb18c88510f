package fetch

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

	// strangers is how much longer than others those may go on of whom it is
	// not known what they bring, so that this is found out.
	strangers = 4

	// hopeless is how long a reader for whom the crowd has gone may get nothing
	// before it comes back: it is not what stands in the way.
	hopeless = 5 * time.Second

	// unlimited is the limit of a crowd that is in nobody's way.
	unlimited = math.MaxInt
)

// A crowd decides how many transfers of one host may go on that bring what no
// reader waits for, while others bring what one does.
//
// Bytes on their way cannot be held back: what fills a slow link comes before
// what a reader asks for, for seconds. So the connections of the crowd are
// closed once a reader has been in need for longer than a look at a head takes,
// and is blocked. What that brings is measured: if the reader's transfer is not
// much faster than each of the crowd was, the host holds every connection to a
// rate of its own, and the crowd comes back at once. Else they share a link: the
// crowd comes back one by one while no reader is in need, half of it goes where
// a reader's window is not filled in time, and all of it, without delay, where a
// reader is blocked again. Nobody makes way for long for a reader to whom nothing
// comes at all. It is pure: time comes in as an argument.
type crowd struct {
	limit   int           // on how many may go on
	need    urgency       // of the reader who has the greatest
	readers int           // transfers that readers need
	others  int           // transfers of the crowd
	rtt     time.Duration // a request takes to be answered
	turned  time.Time     // when need began or ended, the crowd came, or limit last changed by it
	came    time.Time     // when a byte last came to a reader

	per     float64 // bytes a second of each of the crowd; 0 unknown
	filling sample  // of the crowd
	reading sample  // of the readers, without the crowd
	judging bool    // reading is to tell what it brought that the crowd went

	shared time.Time     // until when the link is known to be shared
	apart  time.Time     // until when it is known not to be
	trust  time.Duration // for how long that was
}

// turn takes in who has a turn now.
func (c *crowd) turn(now time.Time, need urgency, readers, others int) {
	if need < ahead {
		need = unhurried // a size alone is soon there
	}
	c.pass(now)
	if (need == unhurried) != (c.need == unhurried) {
		c.turned = now
	}
	if c.others == 0 && others > 0 {
		c.turned, c.filling, c.judging = now, sample{}, false
	}
	if c.readers != readers && !c.reading.began.After(now) {
		c.reading = sample{}
	}
	c.need, c.readers, c.others = need, readers, others
	c.pass(now)
}

// due returns when the limit changes if nothing else does; zero if it does not.
func (c *crowd) due() time.Time {
	switch {
	case c.need > unhurried && c.limit == 0:
		return later(c.turned, c.came).Add(hopeless)
	case c.need == blocked && c.others > 0:
		return later(c.turned.Add(c.grace()), c.apart)
	case c.limit == unlimited, c.need == blocked:
		return time.Time{}
	case c.need == ahead && min(c.limit, c.others) == 0:
		return time.Time{}
	}
	return c.turned.Add(calmFor)
}

// grace returns how long a reader must have been in need for the crowd to go.
func (c *crowd) grace() time.Duration {
	switch {
	case c.turned.Before(c.shared):
		return 0
	case c.per == 0:
		return strangers * span(c.rtt)
	}
	return 2*c.rtt + sampleTime
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pass brings the limit up to now.
func (c *crowd) pass(now time.Time) {
	for at := c.due(); !at.IsZero() && !now.Before(at); at = c.due() {
		c.turned = at
		switch {
		case c.need > unhurried && c.limit == 0:
			c.judge(now, 0)
		case c.need == blocked:
			c.limit, c.judging = 0, c.per > 0
			c.reading = sample{began: now.Add(max(c.rtt, connectCost))}
		case c.need == ahead:
			c.limit = min(c.limit, c.others) / 2
		default:
			if c.limit++; c.limit >= maxConnections {
				c.limit = unlimited
			}
		}
	}
}

// arrived counts n bytes of a transfer of the crowd, or of one that a reader
// needs, and reports whether something was found out by that.
func (c *crowd) arrived(now time.Time, n int64, ofCrowd bool, rtt time.Duration) bool {
	c.rtt = rtt
	if !ofCrowd {
		c.came = now
	}
	switch {
	case ofCrowd && c.others > 0:
		rate, ok := c.filling.add(now, n, span(rtt))
		if ok {
			c.per = rate / float64(c.others)
		}
		return ok
	case !ofCrowd && c.judging && c.others == 0 && c.readers > 0:
		rate, ok := c.reading.add(now, n, span(rtt))
		if ok {
			c.judge(now, rate/float64(c.readers))
		}
		return ok
	}
	return false
}

// judge takes in the rate of a reader's transfer without the crowd.
func (c *crowd) judge(now time.Time, rate float64) {
	c.judging = false
	if rate > faster*c.per {
		c.shared, c.trust = now.Add(sharedFor), 0
		return
	}
	c.trust = min(max(2*c.trust, apartFor), apartMost)
	c.limit, c.shared, c.apart = unlimited, time.Time{}, now.Add(c.trust)
}
