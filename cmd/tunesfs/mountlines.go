package main

import (
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// A mountLines writes the downloads of a mount in the foreground as lines. It is a child:
// the process that serves a mount may not look into that, which can deadlock.
type mountLines struct{ *child }

// showMountLines has the downloads of the mount at dir written, if a user may watch: r has a
// terminal that is this process's own. It returns nil if not.
func (r uiRun) showMountLines(dir string) *mountLines {
	self, err := os.Executable()
	if err != nil || !r.canDraw() || !inForeground(r.out) {
		return nil
	}
	cmd := exec.Command(self, "status", "--watch", "--"+sparseFlag, "--", dir) // #nosec G204 -- this program
	cmd.Stdout = r.out
	started, err := startChild(cmd)
	if err != nil {
		return nil // the mount goes on in any case
	}
	return &mountLines{started}
}

// end ends the lines. They end by themselves when the mount does.
func (l *mountLines) end() {
	if l == nil {
		return
	}
	for _, signal := range []os.Signal{os.Interrupt, os.Kill} {
		_ = l.process.Signal(signal) // or it has ended
		if l.endsWithin(endTimeout) {
			return
		}
	}
}

// inForeground reports whether a terminal takes its keys, as Ctrl-C, to this process: it is
// no job in the background of a shell, over whose prompt it would write.
func inForeground(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	group, err := unix.IoctlGetInt(int(file.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
