package watch

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// eventsStream tells of the downloads of a mount as they change, a JSON object
// a line.
const eventsStream = ".tunesfs/events"

// An eventLine is one line of the stream.
type eventLine struct {
	download
	Lost bool `json:"lost"` // lines before this one are missing; what follows is how all stands
}

// FollowCommand is what --watch runs for each mount. It is a process of its own
// because the kernel gives up a read that a mount has begun to answer for no
// signal whatever: nobody waits for this process.
const FollowCommand = "follow"

// CopyEvents copies the stream, after an empty line that says that it is open.
func CopyEvents(out io.Writer, dir string) error {
	events, err := os.Open(filepath.Join(dir, eventsStream))
	if err != nil {
		return err
	}
	defer events.Close()
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	_, err = io.Copy(out, events)
	return err
}
