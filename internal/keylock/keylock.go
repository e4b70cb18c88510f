// Package keylock owns locks by key, each with a value that lasts as long as a caller
// holds or waits for it.
//
// It must never know what is locked, and needs no other package of the module.
package keylock

import (
	"context"
	"sync"
)

// Locks lets one caller at a time have a key. Callers for other keys never wait for it.
// The zero value is ready to use. Methods may be called concurrently.
type Locks[V any] struct {
	mu    sync.Mutex
	inUse map[string]*lock[V] // those that a caller holds or waits for
}

// A lock is the lock of one key.
type lock[V any] struct {
	holder chan struct{} // has an element while a caller holds the key
	users  int           // callers that hold the key or wait for it; guarded by Locks.mu
	value  V             // of the caller that holds the key
}

// Lock waits until no other caller holds a key, and returns its value: the zero one for the
// first of callers that follow each other without a gap. It fails with the cause of ctx if
// that ends first; unlock must follow otherwise, and the value is not used after it.
func (l *Locks[V]) Lock(ctx context.Context, key string) (value *V, unlock func(), err error) {
	k := l.join(key)
	select {
	case k.holder <- struct{}{}:
		return &k.value, func() {
			<-k.holder
			l.leave(key, k)
		}, nil
	case <-ctx.Done():
		l.leave(key, k)
		return nil, nil, context.Cause(ctx)
	}
}

// join adds a user to the lock of a key.
func (l *Locks[V]) join(key string) *lock[V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.inUse[key]
	if k == nil {
		k = &lock[V]{holder: make(chan struct{}, 1)}
		if l.inUse == nil {
			l.inUse = map[string]*lock[V]{}
		}
		l.inUse[key] = k
	}
	k.users++
	return k
}

// leave takes a user away from the lock of a key, and the lock with its last user.
func (l *Locks[V]) leave(key string, k *lock[V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.users--; k.users == 0 {
		delete(l.inUse, key)
	}
}
