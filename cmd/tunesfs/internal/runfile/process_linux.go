package runfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
