package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
)

// benefit lets a download start with what was learnt of the host that answers
// f, and remembers the host. d.mu is held.
func (d *Download) benefit(f *flight) {
	d.host, d.rtt = f.turn.Host, f.rtt
	if d.moving() <= 1 {
		d.scale.Restart() // the time between two requests is not the link's
	}
	if d.validator.Size < 0 || d.streams() {
		return
	}
	d.store.pace.Teach(d.host, &d.scale, d.validator.Size-d.have.Len(), d.rtt, time.Now())
	d.schedule()
}

// measure takes in n bytes that f brought. d.mu is held.
func (d *Download) measure(f *flight, n int64) {
	now := time.Now()
	if d.streams() || !d.scale.Arrived(now, n, d.moving(), f.rtt) {
		return
	}
	d.store.pace.Learn(d.host, &d.scale, now)
	d.rescale(now)
}

// stored notes that what arrived is on disk, on the way to which it was at began.
// If that took long, what comes next has been waiting in a buffer, and the time
// was not the link's: no connection more would have brought it earlier.
func (d *Download) stored(began time.Time) {
	if time.Since(began) < slots.SampleTime/2 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scale.Restart()
}

// rescale uses as many connections as the scaler wants by what it knows. d.mu
// is held.
func (d *Download) rescale(now time.Time) {
	if d.state != Downloading || d.validator.Size < 0 {
		return
	}
	d.scale.Raise(now, d.validator.Size-d.have.Len(), d.rtt)
	d.trim()
	d.schedule()
}

// moving returns how many transfers have a connection. d.mu is held.
func (d *Download) moving() int {
	n := 0
	for _, f := range d.flights {
		if !f.queued {
			n++
		}
	}
	return n
}

// connections returns how many transfers there should be: as many as the scaler
// wants and the host has room for. d.mu is held.
func (d *Download) connections() int {
	want := max(d.scale.Connections, 1)
	if want <= len(d.flights) || want == 1 {
		return want
	}
	return min(want, max(d.store.limits.Share(d, d.host), 1))
}

// trim ends the youngest transfers beyond what the scaler wants, as far as no
// read waits for them. What they were to bring is planned anew. d.mu is held.
func (d *Download) trim() {
	for i := len(d.flights) - 1; i >= max(d.scale.Connections, 1); i-- {
		if f := d.flights[i]; d.urgency(f) == slots.Background {
			f.stop(errNeedless)
		}
	}
}
