//go:build darwin || freebsd

package mounts

import (
	"context"
	"time"
)

// awaitEvery is how often Await looks: these systems do not tell of changes.
const awaitEvery = 200 * time.Millisecond

// AwaitGone returns when ctx ends: these systems do not detach mounts.
func AwaitGone(ctx context.Context, _ string) error {
	<-ctx.Done()
	return nil
}

// Await returns when holds, which looks at the table of mounts, returns true, or
// when ctx ends.
func Await(ctx context.Context, holds func() bool) error {
	again := time.NewTicker(awaitEvery)
	defer again.Stop()
	for ctx.Err() == nil && !holds() {
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	return nil
}
