//go:build darwin || freebsd

package mounts

import "context"

// AwaitGone returns when ctx ends: these systems do not detach mounts.
func AwaitGone(ctx context.Context, _ string) error {
	<-ctx.Done()
	return nil
}
