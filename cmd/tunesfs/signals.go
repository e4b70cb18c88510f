package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameWish is how long further signals are taken for echoes of the first:
// timeout(1) signals its child and then the whole group, which it is in.
const sameWish = time.Second

// interrupts returns two contexts: soft ends at the first signal that asks the
// program to end, hard at a second one later than sameWish. A closed terminal
// is such a signal. The caller calls release when it no longer waits.
func interrupts(ctx context.Context) (soft, hard context.Context, release func()) {
	soft, softer := context.WithCancel(ctx)
	hard, harder := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		awaitSignals(signals, over, softer, harder)
		<-over
	}()
	return soft, hard, func() {
		signal.Stop(signals)
		close(over)
		<-ended
		softer()
		harder()
	}
}

// awaitSignals calls softer at the first signal and harder at the second, unless over
// is closed before.
func awaitSignals(signals <-chan os.Signal, over <-chan struct{}, softer, harder func()) {
	select {
	case <-signals:
		softer()
	case <-over:
		return
	}
	for first := time.Now(); ; {
		select {
		case <-signals:
			if time.Since(first) > sameWish {
				harder()
				return
			}
		case <-over:
			return
		}
	}
}
