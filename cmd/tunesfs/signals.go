package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interrupts returns two contexts: soft ends at the first signal that asks the
// program to end, hard at the second. A closed terminal is such a signal. The
// caller calls release when it no longer waits.
func interrupts(ctx context.Context) (soft, hard context.Context, release func()) {
	soft, softer := context.WithCancel(ctx)
	hard, harder := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, cancel := range []func(){softer, harder} {
			select {
			case <-signals:
				cancel()
			case <-over:
				return
			}
		}
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
