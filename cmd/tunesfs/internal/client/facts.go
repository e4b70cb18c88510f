package client

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// attributeTimeout is how long a mount has for attributes: it has them in memory.
const attributeTimeout = 2 * time.Second

// Attributes that the mount shares with other programs.
const (
	titleXattr  = "user.dublincore.title"
	artistXattr = "user.dublincore.creator"
)

// commonXattrs are the attributes of tracks and of folders that Facts has a field for, and
// trackXattrs those of tracks alone.
var (
	commonXattrs = []string{xattrs.ID, xattrs.Progress, xattrs.Error}
	trackXattrs  = []string{xattrs.Size, xattrs.Downloaded, xattrs.Waiting, xattrs.Duration, xattrs.Album, titleXattr, artistXattr}
)

// Facts returns the attributes of a track or a folder, without More.
func (m *Mount) Facts(ctx context.Context, path string) (Facts, error) {
	return m.facts(ctx, path, func(_ string, read readXattr) (Facts, error) { return readFacts(path, read) })
}

// AllFacts is Facts with More.
func (m *Mount) AllFacts(ctx context.Context, path string) (Facts, error) {
	return m.facts(ctx, path, func(full string, read readXattr) (Facts, error) {
		facts, err := readFacts(path, read)
		if err != nil {
			return Facts{}, err
		}
		names, err := listXattrs(full)
		if err != nil {
			return Facts{}, err
		}
		facts.More, err = readMore(names, read)
		return facts, err
	})
}

// A readXattr reads an attribute of one file.
type readXattr func(name string) (string, error)

// facts calls find for the file of a path.
func (m *Mount) facts(ctx context.Context, path string, find func(full string, read readXattr) (Facts, error)) (Facts, error) {
	full, err := m.path(path)
	if err != nil {
		return Facts{}, err
	}
	ctx, leave := m.until(ctx)
	defer leave()
	facts, err := call(ctx, m.attributes, attributeTimeout, func() (Facts, error) {
		if err := m.check(); err != nil {
			return Facts{}, err
		}
		return find(full, xattrsOf(full))
	})
	return facts, explain(err)
}

func xattrsOf(full string) readXattr {
	return func(name string) (string, error) { return mounted.ReadXattr(full, name) }
}

// ReadFacts returns the attributes of the track or folder at full, without Path and More,
// for callers that give up by themselves a mount that hangs. It never asks for the size of
// the file, which may have to come from the server.
func ReadFacts(full string) (Facts, error) { return readFacts("", xattrsOf(full)) }

// readFacts reads the fields of Facts.
func readFacts(path string, read readXattr) (Facts, error) {
	state, err := read(xattrs.State)
	if err != nil {
		return Facts{}, err
	}
	values, err := readAll(commonXattrs, read)
	if err != nil {
		return Facts{}, err
	}
	facts := Facts{
		Path: path, ID: values[xattrs.ID], State: state, Progress: values[xattrs.Progress], Error: values[xattrs.Error],
		Size: Unknown, Held: Unknown,
	}
	if facts.Folder = facts.ID == ""; facts.Folder {
		return facts, nil
	}
	if values, err = readAll(trackXattrs, read); err != nil {
		return Facts{}, err
	}
	facts.Title, facts.Artist, facts.Album = values[titleXattr], values[artistXattr], values[xattrs.Album]
	facts.Size, facts.Held = parseCount(values[xattrs.Size]), parseCount(values[xattrs.Downloaded])
	facts.Waiting, facts.Length = values[xattrs.Waiting], parseSeconds(values[xattrs.Duration])
	return facts, nil
}

// readAll returns those of the named attributes that there are.
func readAll(names []string, read readXattr) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range names {
		value, err := read(name)
		if isFatal(err) {
			return nil, err
		}
		values[name] = value // none if there is no such attribute
	}
	return values, nil
}

// isFatal reports whether an error says more than that there is no such attribute.
func isFatal(err error) bool {
	return errors.Is(err, unix.ENOTCONN) || errors.Is(err, unix.ECONNABORTED) || errors.Is(err, fs.ErrNotExist)
}

// readMore reads those of names that Facts has no field for.
func readMore(names []string, read readXattr) (more []Fact, err error) {
	fields := slices.Concat(commonXattrs, trackXattrs, []string{xattrs.State})
	values, err := readAll(slices.DeleteFunc(names, func(name string) bool { return slices.Contains(fields, name) }), read)
	for name, value := range values {
		if value != "" {
			more = append(more, Fact{strings.TrimPrefix(strings.TrimPrefix(name, xattrs.Prefix), "user."), value})
		}
	}
	slices.SortFunc(more, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return more, err
}

// listXattrs returns the names of all attributes that are listed.
func listXattrs(full string) ([]string, error) {
	const longest = 64 << 10 // XATTR_LIST_MAX of xattr(7)
	list := make([]byte, longest)
	n, err := unix.Listxattr(full, list)
	for errors.Is(err, unix.EINTR) {
		n, err = unix.Listxattr(full, list)
	}
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(list[:n]), func(r rune) bool { return r == 0 }), nil
}

// parseCount reads a number of bytes.
func parseCount(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return Unknown
	}
	return n
}

// parseSeconds reads a duration that is no longer than a week.
func parseSeconds(text string) time.Duration {
	const longest = 7 * 24 * 60 * 60
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds > 0 && seconds <= longest) {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
