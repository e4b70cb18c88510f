// Package memo owns the result of a call for a while: one caller asks, and all
// others that wait get the same result.
//
// It must never know what is asked for. Everything is in memo.go.
package memo

import (
	"context"
	"time"
)

// A Value is what one call brings, for many callers. Make one with New.
type Value[T any] struct {
	keep time.Duration
	slot chan struct{} // held by who asks; guards what follows

	at    time.Time // when the last call ended
	value T
	err   error
}

// New returns a Value that is good for as long as keep says.
func New[T any](keep time.Duration) *Value[T] {
	return &Value[T]{keep: keep, slot: make(chan struct{}, 1)}
}

// Get returns the value if it is good, else what ask brings. Who waits for
// another's call gets what that brings, be it an error: calls that fail late must
// not add up. It fails with ctx's error if that ends first.
func (v *Value[T]) Get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	since := time.Now()
	select {
	case v.slot <- struct{}{}:
		defer func() { <-v.slot }()
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	isGood := !v.at.IsZero() && v.err == nil && time.Since(v.at) < v.keep
	if isGood || v.at.After(since) {
		return v.value, v.err
	}
	value, err := ask(ctx)
	if err == nil || ctx.Err() == nil { // one that was called off says nothing to others
		v.at, v.value, v.err = time.Now(), value, err
	}
	return value, err
}
