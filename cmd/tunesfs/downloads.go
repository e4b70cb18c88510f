package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// downloadsFile lists the downloads of a mount, one JSON object a line.
const downloadsFile = ".tunesfs/downloads"

// maxLine bounds one line of the list: a few paths of at most 4 KiB each.
const maxLine = 1 << 20

// A download is one line of the list.
type download struct {
	Mount    string `json:"mount"` // added here: which mount it is of
	ID       string `json:"id"`    // the track's, in its catalogue
	Path     string `json:"path"`  // below the mount point
	State    string `json:"state"`
	Size     int64  `json:"size"` // bytes, -1 unknown
	Held     int64  `json:"held"` // bytes
	Progress string `json:"progress"`
	Error    string `json:"error,omitempty"`
}

// answerPatience is how long a mount has to say what it is doing: it asks
// nobody for that.
const answerPatience = 3 * time.Second

// askDownloads is readDownloads for a mount that may not answer.
func askDownloads(dir string, patience time.Duration) ([]download, error) {
	return ask(dir, patience, func() ([]download, error) { return readDownloads(dir) })
}

// ask calls question, which the mount at dir answers or not. A call that hangs
// cannot be taken back: it lasts as long as we do.
func ask(dir string, patience time.Duration, question func() ([]download, error)) ([]download, error) {
	type answer struct {
		list []download
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		list, err := question()
		answers <- answer{list, err}
	}()
	select {
	case a := <-answers:
		return a.list, a.err
	case <-time.After(patience):
		return nil, fmt.Errorf("the mount at %s does not answer", dir)
	}
}

// readDownloads returns what the mount at dir says of its downloads.
func readDownloads(dir string) ([]download, error) {
	file, err := os.Open(filepath.Join(dir, downloadsFile))
	if err != nil {
		return nil, explainDead(dir, err)
	}
	defer file.Close()
	var list []download
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var d download
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return nil, fmt.Errorf("the mount at %s answers what is no list of downloads: %w", dir, err)
		}
		d.Mount = dir
		list = append(list, d)
	}
	return list, explainDead(dir, lines.Err())
}

// explainDead says what to do about a mount whose process is gone, or who may
// look into one that is another user's.
func explainDead(dir string, err error) error {
	if errors.Is(err, syscall.EACCES) {
		return fmt.Errorf("the mount at %s is another user's; only who mounted it may look into it, unless it is with --allow-other", dir)
	}
	if errors.Is(err, syscall.ENOTCONN) {
		return fmt.Errorf("the mount at %s is dead; run 'tunesfs unmount %s'", dir, dir)
	}
	return err
}
