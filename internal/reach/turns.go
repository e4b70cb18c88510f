package reach

import (
	"context"
	"net"
	"sync"
	"time"
)

// turns has callers ask whether servers can be reached, one for a server at a time.
// The zero value is ready to use.
type turns struct {
	mu sync.Mutex
	m  map[string]*turn // by address; of those who ask at present
}

// A turn is the right to open a connection to an address.
type turn struct {
	free    chan struct{} // holds an element while no caller has it
	callers int           // guarded by turns.mu

	// The rest belongs to the caller that has the turn.
	ended time.Time // when the last attempt ended; zero if there was none
	err   error     // how
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// reach returns why no connection to an address can be opened, or nil. Callers share
// an attempt that is under way.
func (ts *turns) reach(ctx context.Context, address string, dial dialFunc) error {
	began := time.Now()
	t := ts.enter(address)
	defer ts.leave(address, t)
	select {
	case <-t.free:
		defer func() { t.free <- struct{}{} }()
	case <-ctx.Done():
		return nil
	}
	if !t.ended.Before(began) {
		return t.err
	}
	untraced, cancel := context.WithCancel(context.Background()) // who watches the request does not mean this
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	conn, err := dial(untraced, "tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	if ctx.Err() == nil {
		t.ended, t.err = time.Now(), err
	}
	return err
}

// enter has a caller be one of those who ask for an address.
func (ts *turns) enter(address string) *turn {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.m[address]
	if t == nil {
		t = &turn{free: make(chan struct{}, 1)}
		t.free <- struct{}{}
		if ts.m == nil {
			ts.m = make(map[string]*turn)
		}
		ts.m[address] = t
	}
	t.callers++
	return t
}

// leave takes a caller back, and forgets an address for which none is left.
func (ts *turns) leave(address string, t *turn) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.callers--; t.callers == 0 {
		delete(ts.m, address)
	}
}
