package mount

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A Usage is what a process uses of the machine.
type Usage struct {
	RSS         int64 // bytes
	Descriptors int
	Threads     int
	LogLines    int
}

// Usage measures the process and its log.
func (m *Mount) Usage() (Usage, error) {
	dir := "/proc/" + strconv.Itoa(m.cmd.Process.Pid)
	status, err := os.ReadFile(dir + "/status")
	if err != nil {
		return Usage{}, err
	}
	var u Usage
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "VmRSS":
			_, _ = fmt.Sscan(value, &u.RSS)
			u.RSS <<= 10
		case "Threads":
			_, _ = fmt.Sscan(value, &u.Threads)
		}
	}
	fds, err := os.ReadDir(dir + "/fd")
	if err != nil {
		return Usage{}, err
	}
	u.Descriptors = len(fds)
	log, err := os.ReadFile(m.opt.Log)
	u.LogLines = strings.Count(string(log), "\n")
	return u, err
}
