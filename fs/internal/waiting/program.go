package waiting

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/tunesfs/tunesfs/catalog"
)

// A Program is a process that reads.
type Program struct {
	PID  int    // 0 where the process is in a namespace that cannot be seen from here
	Name string // "" where the system does not tell
}

// String returns the program's name with its process id, such as "mpd (1234)".
func (p Program) String() string {
	switch {
	case p.PID == 0:
		return "a program"
	case p.Name == "":
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("%s (%d)", p.Name, p.PID)
}

// processes has a folder for each process and for each thread: proc(5).
const processes = "/proc"

// programOf returns the program that a thread is of. The kernel tells the thread, which
// may have a name of its own.
func programOf(thread uint32) Program {
	p := Program{PID: int(thread)}
	if thread == 0 {
		return p
	}
	if status, err := os.ReadFile(filepath.Join(processes, strconv.Itoa(p.PID), "status")); err == nil {
		p.PID = threadGroup(status, p.PID)
	}
	if name, err := os.ReadFile(filepath.Join(processes, strconv.Itoa(p.PID), "comm")); err == nil {
		p.Name = catalog.SanitizeText(string(name))
	}
	return p
}

// ProcessOf returns the id of the process that a thread is of, or 0 where that cannot be seen
// from here.
func ProcessOf(thread uint32) int {
	if thread == 0 {
		return 0
	}
	status, err := os.ReadFile(filepath.Join(processes, strconv.Itoa(int(thread)), "status"))
	if err != nil {
		return 0
	}
	return threadGroup(status, 0)
}

// threadGroup returns the process that a status is of, or none where it does not tell.
func threadGroup(status []byte, none int) int {
	for line := range bytes.Lines(status) {
		value, ok := bytes.CutPrefix(line, []byte("Tgid:"))
		if !ok {
			continue
		}
		if pid, err := strconv.Atoi(string(bytes.TrimSpace(value))); err == nil && pid > 0 {
			return pid
		}
	}
	return none
}
