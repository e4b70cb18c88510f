package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// burning is the first word of the command line of a process that makes load.
const burning = "burn"

// startLoad keeps n processors busy until idle is called.
func startLoad(ctx context.Context, self string, n int) (idle func(), err error) {
	if n == 0 {
		return func() {}, nil
	}
	cmd := exec.CommandContext(ctx, self, burning, strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}, nil
}

// burn uses processors, and the memory bus, until it is killed.
func burn(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("burn: %w", err)
	}
	runtime.GOMAXPROCS(n)
	for range n {
		go func() {
			for b := make([]byte, 8<<20); ; {
				for i := range b {
					b[i]++
				}
			}
		}()
	}
	select {}
}
