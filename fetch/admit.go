package fetch

import (
	"context"
	"time"
)

// admit waits until f may make its request. release must follow. A head needs no
// turn where it needs no connection of its own: the sizes of a whole folder come
// in the time of one, if they are secure: HTTP/2 goes over TLS only. It takes one
// when it is led to another server.
func (d *Download) admit(ctx context.Context, f *flight, secure bool) (release func(), err error) {
	if !d.isHead(f) {
		return func() { d.giveTurn(f) }, d.takeTurn(ctx, f)
	}
	if !secure || !d.store.origin.Multiplexes(f.turn.Host) {
		if err := d.takeTurn(ctx, f); err != nil {
			return nil, err
		}
	}
	if err := d.takeHead(ctx, f); err != nil {
		d.giveTurn(f)
		return nil, err
	}
	return func() { f.giveHead(); d.giveTurn(f) }, nil
}

// takeHead waits until f may be one of its host's heads, among which is the first,
// whatever it goes by.
func (d *Download) takeHead(ctx context.Context, f *flight) error {
	heads := d.store.pace.Probes(f.turn.Host)
	select {
	case heads <- struct{}{}:
		f.head = heads
		return nil
	default:
		d.queue(f, true, true)
	}
	select {
	case heads <- struct{}{}:
		f.head = heads
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leaveHost waits until f may go to another host than it was admitted to. It is no
// head there any more: who waits for a turn holds nothing that others wait for.
func (d *Download) leaveHost(ctx context.Context, f *flight) error {
	f.giveHead()
	if f.turned {
		return nil
	}
	d.queue(f, true, false)
	defer d.queue(f, false, false)
	began := time.Now()
	defer func() { f.waited += time.Since(began) }()
	return d.takeTurn(ctx, f)
}

func (f *flight) giveHead() {
	if f.head != nil {
		<-f.head
		f.head = nil
	}
}

// takeTurn waits for a turn to use a connection.
func (d *Download) takeTurn(ctx context.Context, f *flight) error {
	err := d.store.limits.Acquire(ctx, &f.turn, func() { d.queue(f, true, true) })
	f.turned = err == nil
	return err
}

func (d *Download) giveTurn(f *flight) {
	if f.turned {
		d.store.limits.Release(&f.turn)
		f.turned = false
	}
}

// isHead reports whether f is to bring no more than somebody needs who asks for
// a size, from where it was always to be had.
func (d *Download) isHead(f *flight) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return f.End <= probeLen && d.mirror.URL == "" && d.probed()
}
