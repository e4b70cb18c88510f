package mounted

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// What touches a mount may wait for as long as the process behind it does not
// answer, be it stopped or stuck. The kernel gives up such a call only when the
// whole process is killed: a signal that a Go program handles does not end it.
// So it is made beside the main goroutine, which waits a while and goes on.

// AnswerTimeout is how long a mount has to tell its state: it needs no server for that.
const AnswerTimeout = 3 * time.Second

// ErrNoAnswer is a mount, or a path that may lie in one, that gave no answer.
var ErrNoAnswer = errors.New("does not answer")

// Ask calls question and waits for its result, at most for timeout: then the error says
// that name does not answer.
func Ask[T any](name string, timeout time.Duration, question func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), timeout, fmt.Errorf("%s %w", name, ErrNoAnswer))
	defer cancel()
	return Call(ctx, question)
}

// Call calls question in another goroutine and waits for its result, or until ctx ends:
// then the error is the cause of that. A call that hangs lasts as long as the process, so
// question must write nothing that the caller reads.
func Call[T any](ctx context.Context, question func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := question()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// IsDead reports whether the process behind the mount at dir is gone, which the
// kernel says at once. A mount that does not answer is not dead.
func IsDead(dir string) bool {
	const attempts = 3 // a process that is being killed may fail the first with EIO
	dead, _ := Ask(Name(dir), AnswerTimeout, func() (bool, error) {
		for range attempts {
			var st unix.Statfs_t // which is not cached, as attributes are
			err := unix.Statfs(dir, &st)
			for errors.Is(err, unix.EINTR) {
				err = unix.Statfs(dir, &st)
			}
			if err == nil || isDead(err) {
				return err != nil, nil
			}
		}
		return false, nil
	})
	return dead
}

// Responds reports whether the process behind the mount at dir responds now. The kernel
// itself speaks for a mount of another user who has not let others in: that does not count.
func Responds(dir string) bool {
	named, _ := Ask(Name(dir), AnswerTimeout, func() (bool, error) {
		var st unix.Statfs_t
		err := unix.Statfs(dir, &st)
		return err == nil && hasNames(&st), nil
	})
	return named
}

// isDead reports whether the kernel gives err for a mount whose process is gone.
func isDead(err error) bool {
	return errors.Is(err, syscall.ENOTCONN) || errors.Is(err, syscall.ECONNABORTED)
}

// Name is how the mount at dir is called.
func Name(dir string) string { return "the mount at " + dir }

// ExplainDead adds advice to an error of a mount whose process is gone, or of one that is
// another user's.
func ExplainDead(dir string, err error) error {
	if errors.Is(err, syscall.EACCES) {
		return fmt.Errorf("the mount at %s is another user's; only who mounted it may look into it, unless it is with --allow-other", dir)
	}
	if isDead(err) {
		return fmt.Errorf("the mount at %s is dead; run 'tunesfs unmount %s'", dir, messages.Quote(dir))
	}
	return err
}
