package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
)

// A link is what a download knows of the way to its file. It is guarded by
// Download.mu.
type link struct {
	scaler slots.Scaler
	host   string        // that the last response came from
	rtt    time.Duration // of that host
}

// mergeGap returns how many bytes come in the time that a request takes.
func (l *link) mergeGap() int64 { return int64(l.scaler.PerConnection * l.rtt.Seconds()) }

// rescaleLocked uses as many connections as the scaler wants by its measurements.
func (d *Download) rescaleLocked(now time.Time) {
	if d.state != Downloading || d.content.validator.Size < 0 || !d.hurriedLocked() {
		return
	}
	d.link.scaler.Raise(now, d.content.missing(), d.link.rtt)
	d.trimTransfersLocked()
	d.scheduleLocked()
}

// connectionsLocked returns how many transfers there should be: as many as the
// scaler wants and the host has room for.
func (d *Download) connectionsLocked() int {
	want := max(d.link.scaler.Connections, 1)
	if !d.hurriedLocked() {
		want = 1 // another would take from the one whose bytes are read
	}
	if want <= len(d.transfers) || want == 1 {
		return want
	}
	return min(want, max(d.store.limits.Share(d, d.link.host), 1))
}

// trimTransfersLocked ends the youngest transfers beyond the number that the scaler
// wants, unless a read waits for them. Their ranges are planned again.
func (d *Download) trimTransfersLocked() {
	for i := len(d.transfers) - 1; i >= max(d.link.scaler.Connections, 1); i-- {
		if t := d.transfers[i]; t.priorityLocked() == slots.Background {
			t.stop(errNeedless)
		}
	}
}

// extendLocked lets transfers go on into ranges that others took over from them and
// did not bring: it needs no request. One that has made none yet may bring all. That is, if there are as many as should be;
// else another one brings the range.
func (d *Download) extendLocked() {
	if !d.wholeLocked() || len(d.transfers) < d.connectionsLocked() {
		return
	}
	for _, t := range d.transfers {
		reach := t.reach
		if t.queued && !t.validates && d.content.validator.Size >= 0 {
			reach = d.content.validator.Size
		}
		t.End = plan.Extend(t.Range, reach, d.content.held, d.transfers.rangesLocked(), d.link.mergeGap())
	}
}

// benefitLocked lets a download start with the rates that were learnt of the host
// that answers the transfer, and remembers the host.
func (t *transfer) benefitLocked() {
	d := t.d
	d.link.host, d.link.rtt = t.slot.Host, t.rtt
	if d.transfers.movingLocked() <= 1 {
		d.link.scaler.Restart() // the time between two requests is not the link's
	}
	if d.content.validator.Size < 0 || d.content.streams() {
		return
	}
	d.store.pace.Teach(d.link.host, &d.link.scaler, d.content.missing(), d.link.rtt, time.Now())
	d.scheduleLocked()
}

// measureLocked takes in n bytes that the transfer brought.
func (t *transfer) measureLocked(n int64) {
	d, now := t.d, time.Now()
	if d.content.streams() || !d.link.scaler.Arrived(now, n, d.transfers.movingLocked(), t.rtt) {
		return
	}
	d.store.pace.Learn(d.link.host, &d.link.scaler, now)
	d.rescaleLocked(now)
}

// noteWrite notes that bytes that arrived are on disk now; writing them began at
// began. If that took long, the next bytes have been waiting in a buffer, and the
// time was not the link's: no connection more would have brought them earlier.
func (t *transfer) noteWrite(began time.Time) {
	if time.Since(began) < slots.SampleTime/2 {
		return
	}
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	t.d.link.scaler.Restart()
}
