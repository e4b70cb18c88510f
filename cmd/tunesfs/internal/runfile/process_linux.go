package runfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// isTunesfs reports whether the process with that number runs this program,
// also if it was installed anew meanwhile.
func isTunesfs(pid int) bool {
	theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return false
	}
	ours, err := os.Executable()
	if err != nil {
		return false
	}
	name := filepath.Base(strings.TrimSuffix(theirs, " (deleted)"))
	return slices.Contains([]string{filepath.Base(ours), mounts.Type, "mount." + mounts.Type}, name)
}

// isKilled reports whether the process with that number was killed. One that has not
// ended waits in the kernel.
func isKilled(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && tellsKilled(string(status))
}

// tellsKilled reports whether a status, as proc_pid_status(5) has it, is of a process
// whose main thread has ended or has SIGKILL pending.
func tellsKilled(status string) bool {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch name {
		case "State":
			if strings.HasPrefix(value, "Z") || strings.HasPrefix(value, "X") {
				return true
			}
		case "SigPnd", "ShdPnd":
			if mask, err := strconv.ParseUint(value, 16, 64); err == nil && mask&(1<<(unix.SIGKILL-1)) != 0 {
				return true
			}
		}
	}
	return false
}
