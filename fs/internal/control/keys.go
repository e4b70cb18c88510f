package control

import (
	"context"
	"sync"
)

// keys lets one caller at a time control the download of a key. Callers for other
// keys never wait for it. The zero value is ready.
type keys struct {
	mu    sync.Mutex
	inUse map[string]*keyLock // those that a caller holds or waits for
}

// A keyLock is the lock of one key.
type keyLock struct {
	holder chan struct{} // has an element while a caller holds the key
	users  int           // callers that hold the key or wait for it; guarded by keys.mu
}

// lock waits until no other caller holds a key. It fails with the cause of ctx if
// that ends first; unlock must follow otherwise.
func (k *keys) lock(ctx context.Context, key string) (unlock func(), err error) {
	l := k.join(key)
	select {
	case l.holder <- struct{}{}:
		return func() {
			<-l.holder
			k.leave(key, l)
		}, nil
	case <-ctx.Done():
		k.leave(key, l)
		return nil, context.Cause(ctx)
	}
}

// join adds a user to the lock of a key.
func (k *keys) join(key string) *keyLock {
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.inUse[key]
	if l == nil {
		l = &keyLock{holder: make(chan struct{}, 1)}
		if k.inUse == nil {
			k.inUse = map[string]*keyLock{}
		}
		k.inUse[key] = l
	}
	l.users++
	return l
}

// leave takes a user away from the lock of a key, and the lock with its last user.
func (k *keys) leave(key string, l *keyLock) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(k.inUse, key)
	}
}
