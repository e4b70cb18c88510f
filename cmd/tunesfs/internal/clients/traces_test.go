//go:build linux

package clients

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// traces is the folder of the reads of real programs; its package replays them for what
// they mean.
const traces = "../../../../fetch/internal/intent/testdata"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readTraces returns the handles of a file of traces. Their names are those of skeletons.
func readTraces(path string) (handles []*handle, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		var kind string
		var size int64
		var at, began, took float64
		var r read
		switch word, _, _ := strings.Cut(line, " "); word {
		case "#":
		case "open":
			if _, err = fmt.Sscanf(line, "open %s size %d", &kind, &size); err == nil {
				handles = append(handles, &handle{name: fmt.Sprint(size, kind)})
			}
		case "at":
			_, err = fmt.Sscanf(line, "at %g", &at)
			handles[len(handles)-1].opened = time.Time{}.Add(seconds(at))
		case "close":
			_, err = fmt.Sscanf(line, "close %g", &at)
			handles[len(handles)-1].closed = seconds(at)
		default:
			_, err = fmt.Sscanf(line, "%g %g %d %d %d", &began, &took, &r.off, &r.asked, &r.got)
			r.began, r.took = seconds(began), seconds(took)
			handles[len(handles)-1].reads = append(handles[len(handles)-1].reads, r)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", path, err, line)
		}
	}
	return handles, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
