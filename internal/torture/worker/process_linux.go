package worker

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// ErrNoAnswer is the error of a step that did not end in time.
var ErrNoAnswer = errors.New("no answer")

// A Process is a worker, as the judge sees it. One step at a time.
type Process struct {
	cmd     *exec.Cmd
	killed  atomic.Bool
	steps   io.WriteCloser
	answers chan history.Answer
}

// Start starts the worker that self, a command line, is. It uses the mount at root.
// user is who it is, nil who the judge is.
func Start(ctx context.Context, self []string, root, binary string, env []string, user *syscall.Credential) (*Process, error) {
	cmd := exec.CommandContext(ctx, self[0], append(self[1:], root, binary)...)
	// The runtime's own signals would interrupt reads.
	cmd.Env = append(env, "GODEBUG=asyncpreemptoff=1", "GOMAXPROCS=2")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
	steps, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, steps: steps, answers: make(chan history.Answer, 1)}
	go p.receive(out)
	return p, nil
}

func (p *Process) receive(out io.Reader) {
	defer close(p.answers)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var a history.Answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return
		}
		p.answers <- a
	}
}

// Do has the worker carry out a step, and waits for that until ctx ends.
func (p *Process) Do(ctx context.Context, s plan.Step, timeout time.Duration) (history.Answer, error) {
	line, err := json.Marshal(s)
	if err != nil {
		return history.Answer{}, err
	}
	if _, err := p.steps.Write(append(line, '\n')); err != nil {
		return history.Answer{}, err
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case a, ok := <-p.answers:
		if !ok {
			return a, fmt.Errorf("the worker ended at step %d", s.ID)
		}
		return a, nil
	case <-ctx.Done():
		return history.Answer{}, context.Cause(ctx)
	case <-timer.C:
		return history.Answer{}, ErrNoAnswer
	}
}

// ErrStays is the error of a killed worker that does not end.
var ErrStays = errors.New("a killed process does not end")

// Kill ends the worker at once, whatever it does. Do then fails.
func (p *Process) Kill(timeout time.Duration) error {
	p.killed.Store(true)
	_ = p.cmd.Process.Kill()
	ended := make(chan struct{})
	go func() {
		_ = p.cmd.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-time.After(timeout):
		return ErrStays
	}
}

// Killed reports whether Kill was called.
func (p *Process) Killed() bool { return p.killed.Load() }

// Stop ends the worker.
func (p *Process) Stop() error {
	_ = p.steps.Close()
	timer := time.AfterFunc(time.Second, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	return p.cmd.Wait()
}
