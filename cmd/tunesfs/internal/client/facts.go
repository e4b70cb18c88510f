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

// attributeTimeout is how long a mount has for attributes: it asks nobody for them.
const attributeTimeout = 2 * time.Second

// Attributes that the mount shares with other programs.
const (
	titleXattr  = "user.dublincore.title"
	artistXattr = "user.dublincore.creator"
)

// fieldXattrs are the attributes that Facts has a field for.
var fieldXattrs = []string{
	xattrs.State, xattrs.Progress, xattrs.Error, xattrs.Size, xattrs.Downloaded,
	xattrs.Duration, xattrs.Album, titleXattr, artistXattr,
}

// Facts returns what the mount says of a track or a folder, without More.
func (m *Mount) Facts(ctx context.Context, path string) (Facts, error) {
	return m.facts(ctx, path, readFacts)
}

// AllFacts is Facts with More.
func (m *Mount) AllFacts(ctx context.Context, path string) (Facts, error) {
	return m.facts(ctx, path, func(path string, read func(string) (string, error)) (Facts, error) {
		facts, err := readFacts(path, read)
		if err != nil {
			return Facts{}, err
		}
		full, err := m.path(path)
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

// facts has read look at a path.
func (m *Mount) facts(ctx context.Context, path string, read func(string, func(string) (string, error)) (Facts, error)) (Facts, error) {
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
		return read(path, func(name string) (string, error) { return mounted.ReadXattr(full, name) })
	})
	return facts, explain(err)
}

// readFacts reads the fields of Facts. A folder has no id.
func readFacts(path string, read func(name string) (string, error)) (Facts, error) {
	facts := Facts{Path: path, Size: Unknown, Held: Unknown}
	var err error
	if facts.State, err = read(xattrs.State); err != nil {
		return Facts{}, err
	}
	values := map[string]string{}
	wanted := []string{xattrs.ID, xattrs.Progress, xattrs.Error}
	for i := 0; i < len(wanted); i++ {
		value, err := read(wanted[i])
		if isFatal(err) {
			return Facts{}, err
		}
		values[wanted[i]] = value
		if wanted[i] == xattrs.ID && value != "" {
			wanted = append(wanted, fieldXattrs[3:]...)
		}
	}
	facts.Folder = values[xattrs.ID] == ""
	facts.Progress, facts.Error = values[xattrs.Progress], values[xattrs.Error]
	facts.Title, facts.Artist, facts.Album = values[titleXattr], values[artistXattr], values[xattrs.Album]
	facts.Size, facts.Held = parseCount(values[xattrs.Size]), parseCount(values[xattrs.Downloaded])
	facts.Length = parseSeconds(values[xattrs.Duration])
	return facts, nil
}

// isFatal reports whether an error says more than that there is no such attribute.
func isFatal(err error) bool {
	return errors.Is(err, unix.ENOTCONN) || errors.Is(err, unix.ECONNABORTED) || errors.Is(err, fs.ErrNotExist)
}

// readMore reads those of names that Facts has no field for.
func readMore(names []string, read func(name string) (string, error)) (more []Fact, err error) {
	for _, name := range names {
		if slices.Contains(fieldXattrs, name) {
			continue
		}
		value, err := read(name)
		switch {
		case isFatal(err):
			return nil, err
		case err == nil && value != "":
			name = strings.TrimPrefix(strings.TrimPrefix(name, xattrs.Prefix), "user.")
			more = append(more, Fact{name, value})
		}
	}
	slices.SortFunc(more, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return more, nil
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
