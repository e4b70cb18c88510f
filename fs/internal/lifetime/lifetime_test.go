package lifetime

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

// A wait ends with the mount, and says that it is closed.
func TestWaitEndsWithTheMount(t *testing.T) {
	l := New()
	ctx, leave := l.Until(t.Context())
	defer leave()
	if ctx.Err() != nil || l.Closing() {
		t.Fatal("the mount ends though nothing has closed it")
	}
	l.Close()
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), fetch.ErrClosed) || !l.Closing() {
		t.Errorf("the wait ends by %v", context.Cause(ctx))
	}
}

// A wait that follows the end has ended before it begins.
func TestWaitAfterTheEnd(t *testing.T) {
	l := New()
	l.Close()
	ctx, leave := l.Until(t.Context())
	defer leave()
	if ctx.Err() == nil || !errors.Is(context.Cause(ctx), fetch.ErrClosed) {
		t.Errorf("the wait has ended by %v", context.Cause(ctx))
	}
}

// The wait that follows an aborted connection ends at once, with all others.
func TestAborted(t *testing.T) {
	l := New()
	before, leave := l.Until(t.Context())
	defer leave()
	interrupted := 0
	l.Watch(func() bool { return true }, func() { interrupted++ })
	after, leave := l.Until(t.Context())
	defer leave()
	<-before.Done()
	<-after.Done()
	l.CheckAborted()
	if interrupted != 1 {
		t.Errorf("interrupted %d times", interrupted)
	}
}

// The end waits for what runs, and nothing starts after it.
func TestTasks(t *testing.T) {
	l := New()
	ended := false
	l.Start(func() {
		<-l.Done()
		ended = true
	})
	l.Wait()
	if !ended {
		t.Error("a goroutine still runs")
	}
	if l.Start(func() { t.Error("it runs") }) {
		t.Error("a goroutine starts after the end")
	}
}

// A sleep ends with the mount, and says so.
func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		began := time.Now()
		if !l.Sleep(time.Minute) || time.Since(began) != time.Minute {
			t.Errorf("a sleep of a minute ends after %v", time.Since(began))
		}
		time.AfterFunc(time.Second, l.Close)
		if began = time.Now(); l.Sleep(time.Minute) || time.Since(began) != time.Second {
			t.Errorf("a sleep ends %v after it began, not with the mount", time.Since(began))
		}
	})
}
