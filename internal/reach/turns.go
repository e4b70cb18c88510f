package reach

import (
	"context"
	"net"
	"time"

	"github.com/tunesfs/tunesfs/internal/keylock"
)

// turns has callers ask whether servers can be reached, one for a server at a time.
// The zero value is ready to use.
type turns struct {
	locks keylock.Locks[attempt] // by address
}

// An attempt is the last one to open a connection to an address.
type attempt struct {
	ended time.Time // zero if there was none
	err   error     // how it ended
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// reach returns why no connection to an address can be opened, or nil. Callers share
// an attempt that is under way.
func (ts *turns) reach(ctx context.Context, address string, dial dialFunc) error {
	began := time.Now()
	t, unlock, err := ts.locks.Lock(ctx, address)
	if err != nil {
		return nil
	}
	defer unlock()
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
