package fs

import (
	"io"
	"os/exec"
)

// A talk is with a script that prints, and waits for a line before it goes on.
type talk struct {
	w   *world
	cmd *exec.Cmd
	in  io.Writer
	out lockedBuffer
}

// talk starts a script.
func (w *world) talk(script string) *talk {
	w.t.Helper()
	k := &talk{w: w, cmd: w.command(script)}
	var err error
	k.in, err = k.cmd.StdinPipe()
	w.must(err)
	k.cmd.Stdout, k.cmd.Stderr = &k.out, &k.out
	w.must(k.cmd.Start())
	return k
}

// await waits until the script has printed a text.
func (k *talk) await(text string) {
	k.w.t.Helper()
	k.out.await(k.w.t, text)
}

// end lets the script go on to its end, and returns all that it has printed.
func (k *talk) end() string {
	k.w.t.Helper()
	_, err := k.in.Write([]byte("\n"))
	k.w.must(err)
	k.w.must(k.cmd.Wait())
	return k.out.String()
}
