package wall

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// program prints its wall clock and its monotonic clock for each line that it reads.
const program = `package main

import (
	"bufio"
	"fmt"
	"os"
	"time"
)

func main() {
	start := time.Now()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(time.Now().Unix(), time.Since(start).Milliseconds())
	}
}
`

// A program sees the clock step at once, and its waits see nothing.
func TestClockSteps(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("for the torture, which runs on Linux alone")
	}
	dir := t.TempDir()
	replace, err := Replace(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"main.go": program, "overlay.json": string(overlay)} {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", path("overlay.json"), "-o", path("main"), path("main.go"))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for program, want := range map[string]bool{path("main"): true, build.Path: false} {
		if got, err := IsIn(program); got != want || err != nil {
			t.Errorf("%s: %v, %v", program, got, err)
		}
	}
	clock, err := NewClock(path("clock"))
	if err != nil {
		t.Fatal(err)
	}
	defer clock.Close()
	cmd := exec.CommandContext(t.Context(), path("main"))
	cmd.Env = append(os.Environ(), Env+"="+path("clock"))
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for _, offset := range []time.Duration{0, time.Hour, -20 * 365 * 24 * time.Hour, 20 * 365 * 24 * time.Hour, 0} {
		if err := clock.Set(offset); err != nil {
			t.Fatal(err)
		}
		before := clock.Now().Unix()
		fmt.Fprintln(in)
		var wall, waited int64
		if lines.Scan(); lines.Err() != nil {
			t.Fatal(lines.Err())
		}
		if _, err := fmt.Sscan(lines.Text(), &wall, &waited); err != nil {
			t.Fatal(err)
		}
		if wall < before || wall > clock.Now().Unix() {
			t.Errorf("offset %v: the clock says %d, before it was %d", offset, wall, before)
		}
		if waited < 0 || waited > time.Hour.Milliseconds() {
			t.Errorf("offset %v: it waited %d ms", offset, waited)
		}
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
