package fs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// command returns a shell script in a process of its own: $M is the mount, $T a
// folder for its files, $A the folder of the search for abba.
func (w *world) command(script string) *exec.Cmd {
	cmd := exec.CommandContext(w.ctx(), "sh", "-c", script)
	cmd.Dir = w.tmp
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "M="+w.mnt, "A="+w.mnt+"/abba", "T="+w.tmp)
	return cmd
}

// sh runs a script and returns what it prints, standard error with it.
func (w *world) sh(script string) string {
	w.t.Helper()
	out, err := w.command(script).CombinedOutput()
	if err != nil {
		w.t.Errorf("%s: %v\n%s", script, err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

// start runs a script in the background; what it returns waits for what the
// script prints.
func (w *world) start(script string) func() string {
	w.t.Helper()
	cmd := w.command(script)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	w.must(cmd.Start())
	return func() string {
		w.t.Helper()
		if err := cmd.Wait(); err != nil {
			fmt.Fprintf(&out, "(%v)", err)
		}
		return strings.TrimRight(out.String(), "\n")
	}
}

// expect runs a script that must print want.
func (w *world) expect(script, want string) {
	w.t.Helper()
	if got := w.sh(script); got != want {
		w.t.Errorf("%s\nprints\n%s\nwant\n%s", script, got, want)
	}
}

// fails runs a script that must fail with an error message.
func (w *world) fails(script, want string) {
	w.t.Helper()
	out, err := w.command(script).CombinedOutput()
	if err == nil || !strings.Contains(string(out), want) {
		w.t.Errorf("%s: %v\n%s\nwant %s", script, err, out, want)
	}
}
