package fs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A shell is one in which a test types, beside the mount.
type shell struct {
	w   *world
	in  io.Writer
	out *bufio.Reader
}

// newShell starts a shell that ends with the test.
func newShell(w *world) *shell {
	w.t.Helper()
	script, in, err := os.Pipe()
	w.must(err)
	cmd := exec.CommandContext(w.ctx(), "bash", "/dev/fd/3") // not standard input, on which bash 5.2 crashes where fstat fails
	cmd.ExtraFiles = []*os.File{script}
	cmd.Dir = filepath.Dir(w.mnt)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+w.tmp, "A="+w.mnt+"/abba")
	out, to, err := os.Pipe()
	w.must(err)
	cmd.Stdout, cmd.Stderr = to, to
	w.must(cmd.Start())
	w.must(errors.Join(to.Close(), script.Close()))
	w.t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
		out.Close()
	})
	return &shell{w, in, bufio.NewReader(out)}
}

// types runs a command and returns what it prints and, on a line of its own, an
// exit status other than 0.
func (s *shell) types(command string) string {
	s.w.t.Helper()
	const end = "\x1e"
	_, err := fmt.Fprintf(s.in, "%s\nprintf '\\036%%d\\036' $?\n", command)
	s.w.must(err)
	text, err := s.out.ReadString(end[0])
	s.w.must(err)
	status, err := s.out.ReadString(end[0])
	s.w.must(err)
	text = strings.TrimRight(strings.TrimSuffix(text, end), "\n")
	if status = strings.TrimSuffix(status, end); status != "0" {
		text = strings.TrimPrefix(text+"\n["+status+"]", "\n")
	}
	return text
}
