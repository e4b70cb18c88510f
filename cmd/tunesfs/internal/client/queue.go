package client

import (
	"context"
	"errors"
	"sync"
	"time"
)

// maxCommands bounds how many commands wait.
const maxCommands = 1000

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
	write    func(ctx context.Context, path, verb string) error
	ctx      context.Context // ends where close waits no longer
	cancel   context.CancelCauseFunc
	commands chan *command
	done     chan struct{}

	mu     sync.Mutex // guards what follows
	closed bool
	failed []error // of commands that ended after closed was set
}

func newQueue(write func(ctx context.Context, path, verb string) error) *queue {
	q := &queue{write: write, commands: make(chan *command, maxCommands), done: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancelCause(context.Background())
	go q.run()
	return q
}

// add puts a command at the end of the queue.
func (q *queue) add(path, verb string) *command {
	c := &command{path: path, verb: verb, done: make(chan struct{})}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		c.end(ErrClosed)
		return c
	}
	select {
	case q.commands <- c:
	default:
		c.end(ErrBusy)
	}
	return c
}

// run carries out commands until the queue is closed and empty.
func (q *queue) run() {
	defer close(q.done)
	for c := range q.commands {
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
// of those that were not.
func (q *queue) close(timeout time.Duration) error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.commands)
	}
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
	return errors.Join(failed...)
}
