//go:build darwin || freebsd

package main

import "context"

// awaitGone returns when ctx ends: these systems do not detach mounts.
func awaitGone(ctx context.Context, _ string) error {
	<-ctx.Done()
	return nil
}
