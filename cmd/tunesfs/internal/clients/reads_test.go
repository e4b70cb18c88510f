//go:build linux

package clients

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A read is what a program asked for at a time after it opened the file.
type read struct {
	began, took     time.Duration
	off, asked, got int64
}

// A handle is a file that a program opened.
type handle struct {
	name   string
	opened time.Time
	reads  []read
	closed time.Duration // after it was opened; 0 if it was not
}

// attribute is one of a line of log/slog.
var attribute = regexp.MustCompile(`(\w+)=("(?:[^"\\]|\\.)*"|\S+)`)

// attributes returns those of a line.
func attributes(line string) (map[string]string, error) {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(line, -1) {
		value := m[2]
		if strings.HasPrefix(value, `"`) {
			var err error
			if value, err = strconv.Unquote(value); err != nil {
				return nil, fmt.Errorf("%w: %s", err, line)
			}
		}
		all[m[1]] = value
	}
	return all, nil
}

// parseLog returns the handles that the log of a mount tells of, in their order.
func parseLog(r io.Reader) (handles []*handle, err error) {
	byNumber := map[string]*handle{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if !strings.Contains(lines.Text(), `msg="a track is `) {
			continue
		}
		line, err := attributes(lines.Text())
		if err != nil {
			return nil, err
		}
		now, err := time.Parse(time.RFC3339, line["time"])
		if err != nil {
			return nil, err
		}
		h := byNumber[line["handle"]]
		switch line["msg"] {
		case "a track is opened":
			h = &handle{name: path.Base(line["path"]), opened: now}
			byNumber[line["handle"]] = h
			handles = append(handles, h)
		case "a track is read":
			err = h.parseRead(line, now)
		case "a track is closed":
			h.closed = now.Sub(h.opened)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, lines.Text())
		}
	}
	return handles, nil
}

// parseRead adds the read that a line tells of, which ended now.
func (h *handle) parseRead(line map[string]string, now time.Time) error {
	took, err := time.ParseDuration(line["took"])
	if err != nil {
		return err
	}
	r := read{began: max(now.Add(-took).Sub(h.opened), 0), took: took}
	for name, to := range map[string]*int64{"off": &r.off, "asked": &r.asked, "got": &r.got} {
		if *to, err = strconv.ParseInt(line[name], 10, 64); err != nil {
			return err
		}
	}
	h.reads = append(h.reads, r)
	return nil
}

// block is the unit of what a program needs: no link is used well by less.
const block = 64 << 10

// wanted returns the bytes of each file for which programs asked, in whole blocks. A read
// that a signal ended has asked, too.
func wanted(handles []*handle, sizes map[string]int64) map[string]ranges.Set {
	sets := map[string]ranges.Set{}
	for _, h := range handles {
		for _, r := range h.reads {
			span := ranges.Range{Start: r.off / block * block, End: min((r.off+r.asked+block-1)/block*block, sizes[h.name])}
			if !span.Empty() {
				sets[h.name] = sets[h.name].Add(span)
			}
		}
	}
	return sets
}

// opened returns how many files programs opened.
func opened(handles []*handle) int {
	names := map[string]bool{}
	for _, h := range handles {
		names[h.name] = true
	}
	return len(names)
}

// beyond returns when the first bytes beyond the structure of the file came, if any did
// before a time: more of them than a program reads around an index, or for the kind of a
// file. A program that begins again has looked at the file so far.
func (h *handle) beyond(structure ranges.Set, before time.Time) (at time.Time, ok bool) {
	fresh := int64(0)
	for _, r := range h.reads {
		if r.off == 0 {
			fresh = 0
		}
		was := fresh
		fresh += structure.Missing(ranges.Range{Start: r.off, End: r.off + r.got}).Len()
		if came := h.opened.Add(r.began + r.took); was < head && fresh >= head && came.Before(before) {
			at, ok = came, true
		}
	}
	return at, ok
}
