package slots

import "time"

// SampleTime is the least time over which a rate is measured.
const SampleTime = 100 * time.Millisecond

// A sample measures a rate. It is pure: time comes in as an argument.
type sample struct {
	began time.Time // in the future while what is to be measured settles
	bytes int64     // that arrived since
}

// add counts n bytes that arrived. Once the sample has lasted for least, it
// returns the rate in bytes a second and begins anew.
func (s *sample) add(now time.Time, n int64, least time.Duration) (rate float64, ok bool) {
	if s.began.IsZero() {
		s.began = now // a first chunk tells nothing: it may have waited in a buffer
		return 0, false
	}
	if now.Before(s.began) {
		return 0, false
	}
	s.bytes += n
	elapsed := now.Sub(s.began)
	if elapsed < least {
		return 0, false
	}
	rate = float64(s.bytes) / elapsed.Seconds()
	*s = sample{began: now}
	return rate, true
}

// span returns how long a rate is to be measured where a request is answered
// after rtt.
func span(rtt time.Duration) time.Duration { return max(SampleTime, 2*rtt) }
