package main

import (
	"os"
	"os/exec"
	"time"
)

// A child is a process of this program. It ends when this process does.
type child struct {
	process *os.Process
	ended   chan struct{} // closed when it has ended
	exit    error         // how it ended; set before ended is closed
}

func startChild(cmd *exec.Cmd) (*child, error) {
	cmd.SysProcAttr = endWithParent()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{process: cmd.Process, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		c.exit = cmd.Wait()
	}()
	return c, nil
}

// endsWithin waits a while for the child to end, and reports whether it has.
func (c *child) endsWithin(most time.Duration) bool {
	select {
	case <-c.ended:
		return true
	case <-time.After(most):
		return false
	}
}
