package client

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A mount that hangs is told of early enough to be shown within two seconds, whenever it
// begins to; and one that answers again, too.
func TestHungInTime(t *testing.T) {
	const shown = 100*time.Millisecond + placeTimeout // the screen gathers news so long, and then finds its place
	for after := time.Duration(0); after < 2*lookEvery; after += lookEvery / 7 {
		synctest.Test(t, func(t *testing.T) {
			var hangs atomic.Bool
			answers := make(chan struct{})
			p := newHealthCheck(func() error {
				if hangs.Load() {
					<-answers
				}
				return nil
			})
			ctx, cancel := context.WithCancel(t.Context())
			looks := make(chan error)
			go p.run(ctx, nil, looks)
			changes, h := make(chan Kind), newHealth()
			go func() {
				for {
					select {
					case err := <-looks:
						if e, news := h.observe(err); news {
							changes <- e.Kind
						}
					case <-ctx.Done():
						return
					}
				}
			}()
			time.Sleep(after)
			synctest.Wait()
			hangs.Store(true)
			began := time.Now()
			if kind, took := <-changes, time.Since(began); kind != Hung || took+shown > 2*time.Second {
				t.Errorf("kind %d after %v", kind, took)
			}
			hangs.Store(false)
			close(answers)
			began = time.Now()
			if kind, took := <-changes, time.Since(began); kind != Alive || took+shown > 2*time.Second {
				t.Errorf("kind %d after %v", kind, took)
			}
			cancel()
		})
	}
}

// Looks at a mount that is well are few.
func TestFewLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looked := 0
		p := newHealthCheck(func() error { looked++; return nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		looks := make(chan error, 1000)
		p.run(ctx, nil, looks)
		if looked > 90 || looked < 30 {
			t.Errorf("%d looks in a minute", looked)
		}
		if err := <-looks; errors.Is(err, ErrHung) {
			t.Error(err)
		}
	})
}

// A fault in a goroutine of Follow is its error: the program may have a terminal to give back.
func TestFollowPanics(t *testing.T) {
	m := &Mount{dir: "/", ctx: context.Background(), health: &healthCheck{}} // which has no calls
	if err := m.Follow(t.Context(), func(Event) {}); err == nil || !strings.Contains(err.Error(), "please report it") {
		t.Errorf("it ends with %v", err)
	}
}
