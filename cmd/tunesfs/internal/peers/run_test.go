//go:build linux

package peers

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"
	"time"
)

// A cost is what something took, and what it failed with.
type cost struct {
	wall, cpu time.Duration
	err       error
}

// run runs a program to its end, which must be a good one.
func run(b *testing.B, name string, args ...string) cost {
	b.Helper()
	c := begin(b, append([]string{name}, args...)...)()
	if c.err != nil {
		b.Fatal(c.err)
	}
	return c
}

// begin runs a program in the background: what it returns waits for its end.
func begin(b *testing.B, line ...string) func() cost {
	b.Helper()
	var said bytes.Buffer
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Stderr = &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	var wall time.Duration
	go func() {
		err := cmd.Wait()
		wall = time.Since(began)
		ended <- err
	}()
	return func() cost {
		err := <-ended
		if err != nil {
			err = fmt.Errorf("%s: %w: %s", line[0], err, said.Bytes())
		}
		return cost{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err}
	}
}

// curl fetches a file to disk.
func curl(b *testing.B, url, to string) cost {
	b.Helper()
	return run(b, "curl", "-sS", "--fail", "-o", to, url)
}

// aria2c fetches a file to disk over as many connections as it may.
func aria2c(b *testing.B, url, dir string) cost {
	b.Helper()
	return run(b, "aria2c", "-q", "--no-conf", "-x16", "-s16", "-k1M", "-d", dir, "-o", "aria", url)
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
