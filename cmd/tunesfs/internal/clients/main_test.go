//go:build linux

package clients

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

var (
	all    = flag.Bool("clients.all", false, "also those with a window, and those that take long")
	only   = flag.String("clients.run", "", "only programs whose name matches this `PATTERN`")
	table  = flag.String("clients.table", "", "write the table to `FILE`; rows that were not measured stay")
	record = flag.String("clients.record", "", "write the reads of each program to a file in `DIR`")
	rate   = flag.Int64("clients.rate", 2_000_000, "bytes a second of the link")
	rtt    = flag.Duration("clients.rtt", 20*time.Millisecond, "the round trip of the link")
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if err := rows.write(*table); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	for _, dir := range []string{built.dir, made.dir} {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// A once is a folder that is filled once for all tests.
type once struct {
	sync.Once
	dir string
	err error
}

// fill fills the folder, and returns it.
func (o *once) fill(t *testing.T, fill func(dir string) error) string {
	t.Helper()
	o.Do(func() {
		if o.dir, o.err = os.MkdirTemp("", "tunesfs-clients-"); o.err == nil {
			o.err = fill(o.dir)
		}
	})
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.dir
}

var built, made once

// binary returns the path of tunesfs as it is in the tree now.
func binary(t *testing.T) string {
	t.Helper()
	return filepath.Join(built.fill(t, func(dir string) error {
		build := exec.Command("go", "build", "-o", dir, "github.com/tunesfs/tunesfs/cmd/tunesfs")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return os.Chmod(dir, 0o755)
	}), "tunesfs")
}

// library returns the folder of the recordings.
func library(t *testing.T) string {
	t.Helper()
	return made.fill(t, makeLibrary)
}

// selected reports whether a program is to be measured.
func selected(p *program) (bool, error) {
	pattern, err := regexp.Compile("(?i)" + *only)
	if err != nil {
		return false, err
	}
	return pattern.MatchString(p.name) && (*all || *only != "" || !p.slow), nil
}

// missing returns the first of a program's tools that is not installed, or "".
func missing(p *program) string {
	for _, tool := range p.tools {
		if _, err := exec.LookPath(tool); err != nil {
			return tool
		}
	}
	return ""
}

// cannot skips a test of what is not there, but fails in CI.
func cannot(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("CI must be able to test this: %s", why)
	}
	t.Skip(why)
}
