package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// maxCommands bounds how many commands wait: a command for each row of a folder, and
// another one behind it.
const maxCommands = 2 * MaxNames

// A command is a verb for a path.
type command struct {
	path, verb string
	done       chan struct{} // closed once err is set
	err        error
}

// wait returns when the command is carried out or has failed.
func (c *command) wait() error {
	<-c.done
	return c.err
}

func (c *command) end(err error) {
	if err != nil {
		c.err = &ControlError{c.path, c.verb, err}
	}
	close(c.done)
}

// A queue carries out commands one after the other. Its goroutine ends with close.
type queue struct {
	write  func(ctx context.Context, path, verb string) error
	ctx    context.Context // ends when close stops waiting
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when all commands have ended

	mu      sync.Mutex // guards the fields below
	changed *sync.Cond // signals a command or the end
	waiting []*command
	below   map[string]int // how many commands wait below a folder, by its path
	closed  bool
	failed  []error // of commands that ended after closed was set
}

func newQueue(write func(ctx context.Context, path, verb string) error) *queue {
	q := &queue{write: write, done: make(chan struct{}), below: map[string]int{}}
	q.changed = sync.NewCond(&q.mu)
	q.ctx, q.cancel = context.WithCancelCause(context.Background())
	go q.run()
	return q
}

// add puts a command at the end of the queue, or further ahead where it makes others
// needless. It never waits.
func (q *queue) add(path, verb string) *command {
	c := &command{path: path, verb: verb, done: make(chan struct{})}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		c.end(ErrClosed)
	case q.below[c.path] > 0:
		q.replaceLocked(c)
		q.changed.Signal()
	case len(q.waiting) >= maxCommands:
		c.end(ErrBusy)
	default:
		q.waiting = append(q.waiting, c)
		q.countLocked(c, 1)
		q.changed.Signal()
	}
	return c
}

// next waits for a command. It returns nil once the queue is closed and empty.
func (q *queue) next() *command {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.changed.Wait()
	}
	if len(q.waiting) == 0 {
		return nil
	}
	c := q.waiting[0]
	q.waiting = q.waiting[1:]
	q.countLocked(c, -1)
	return c
}

// run carries out commands until the queue is closed and empty.
func (q *queue) run() {
	defer close(q.done)
	for c := q.next(); c != nil; c = q.next() {
		err := context.Cause(q.ctx)
		if err == nil {
			err = q.write(q.ctx, c.path, c.verb)
		}
		c.end(err)
		q.mu.Lock()
		if q.closed && c.err != nil {
			q.failed = append(q.failed, c.err)
		}
		q.mu.Unlock()
	}
}

// close lets the commands that wait be carried out for a while, and returns the errors
// of those that were not: the first few of them.
func (q *queue) close(timeout time.Duration) error {
	const most = 3
	q.mu.Lock()
	q.closed = true
	q.changed.Signal()
	q.mu.Unlock()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-q.done:
	case <-timer.C:
		q.cancel(ErrUnfinished)
		<-q.done
	}
	q.cancel(nil)
	q.mu.Lock()
	defer q.mu.Unlock()
	failed := q.failed
	q.failed = nil
	if more := len(failed) - most; more > 0 {
		failed = append(failed[:most], fmt.Errorf("%d more commands were not carried out", more))
	}
	return errors.Join(failed...)
}
