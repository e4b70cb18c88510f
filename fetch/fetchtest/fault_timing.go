package fetchtest

import "time"

// ResetAfter resets the connection after n body bytes (BeforeHead: before the
// head). Bytes still in the sender's buffer are lost, so n is the most that
// can arrive.
func ResetAfter(n int64) Fault { return cutAfter(Reset, n) }

// CloseAfter closes the connection in order after n body bytes (BeforeHead:
// before the head), however many were promised.
func CloseAfter(n int64) Fault { return cutAfter(Hangup, n) }

// StallAfter sends nothing more after n body bytes (BeforeHead: not even the
// head), until the client gives up or the origin closes.
func StallAfter(n int64) Fault { return cutAfter(Stall, n) }

// StallAt sends no byte of the file from off on, whatever the range, until the
// client gives up or the origin closes.
func StallAt(off int64) Fault {
	return func(resp *Response) {
		if resp.To > off {
			resp.Cut, resp.CutAt = Stall, max(off-resp.From, 0)
		}
	}
}

func cutAfter(c Cut, n int64) Fault { return func(resp *Response) { resp.Cut, resp.CutAt = c, n } }

// HoldAt sends nothing more after n body bytes (BeforeHead: not even the head)
// until the channel is closed, and then goes on.
func HoldAt(n int64, until <-chan struct{}) Fault {
	return func(resp *Response) { resp.Hold, resp.HoldAt = until, n }
}

// Delay lets d pass before the head, beside what the link takes.
func Delay(d time.Duration) Fault { return func(resp *Response) { resp.Delay += d } }

// Trickle sends the body at so many bytes a second.
func Trickle(rate int64) Fault { return func(resp *Response) { resp.Rate = rate } }
