package fs

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// verbs is what user.tunesfs.control reads as.
const verbs = "start pause resume cancel evict"

// trackXattrs has the freedesktop.org common names for what they cover:
// https://www.freedesktop.org/wiki/CommonExtendedAttributes/
var trackXattrs = xattrTable[trackInfo]{
	{name: xattrs.Control, hidden: true, value: func(trackInfo) string { return verbs }},
	{name: xattrs.State, value: func(t trackInfo) string { return t.status.State.String() }},
	{name: xattrs.Progress, value: func(t trackInfo) string { return t.status.Progress() }},
	{name: xattrs.Size, value: func(t trackInfo) string { return count(t.size()) }},
	{name: xattrs.Downloaded, value: func(t trackInfo) string { return count(t.status.Held) }},
	{name: xattrs.Error, value: func(t trackInfo) string { return errorText(t.status.Err) }},
	{name: xattrs.Waiting, value: func(t trackInfo) string { return t.waiting }},
	{name: xattrs.ID, value: func(t trackInfo) string { return t.track.ID }},
	{name: xattrs.Duration, value: func(t trackInfo) string { return seconds(t.track.Duration) }},
	{name: xattrs.Album, value: func(t trackInfo) string { return t.track.Album }},
	{name: xattrs.AlbumArtist, value: func(t trackInfo) string { return t.track.Tags.AlbumArtist }},
	{name: xattrs.Track, value: func(t trackInfo) string { return positive(t.track.Tags.Track) }},
	{name: xattrs.Disc, value: func(t trackInfo) string { return positive(t.track.Tags.Disc) }},
	{name: xattrs.Genre, value: func(t trackInfo) string { return t.track.Genre }},
	{name: xattrs.Year, value: func(t trackInfo) string { return year(t.track.Released) }},
	{name: xattrs.BitRate, value: func(t trackInfo) string { return positive(t.track.Tags.BitRate) }},
	{name: xattrs.Digest, value: func(t trackInfo) string { return t.track.Digest }},
	{name: xattrs.Artwork, value: func(t trackInfo) string { return t.track.Artwork }},
	{name: xattrs.Store, value: func(t trackInfo) string { return t.track.Store }},
	{name: xattrs.License, value: func(t trackInfo) string { return t.track.License }},
	{name: "user.mime_type", value: trackInfo.mimeType},
	{name: "user.xdg.origin.url", value: trackInfo.origin},
	{name: "user.xdg.referrer.url", value: func(t trackInfo) string { return t.track.Store }},
	{name: "user.dublincore.title", value: func(t trackInfo) string { return t.track.Title }},
	{name: "user.dublincore.creator", value: func(t trackInfo) string { return t.track.Artist }},
	{name: "user.dublincore.date", value: func(t trackInfo) string { return date(t.track.Released) }},
	{name: "user.dublincore.rights", value: func(t trackInfo) string { return t.track.License }},
}

// mimeType prefers the catalog's word: servers call many things octets.
func (t trackInfo) mimeType() string {
	if t.track.Type != "" {
		return t.track.Type
	}
	return t.status.Type
}

func (t trackInfo) origin() string {
	if t.status.URL != "" {
		return t.status.URL
	}
	u, err := url.Parse(t.track.URL)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}

func count(n int64) string {
	if n < 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func seconds(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func year(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.Itoa(t.UTC().Year())
}

// positive returns a number, or "" for one that is not known.
func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// parseVerb returns the word of a control, which tools may end with a newline
// or a NUL.
func parseVerb(data []byte) string { return strings.TrimRight(string(data), "\n\x00 ") }

// described returns all that the extended attributes tell.
func (t *trackNode) described() trackInfo {
	info := t.info()
	info.waiting = t.fs.waitingFor(info.track.ID)
	return info
}

func (t *trackNode) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return trackXattrs.get(t.described(), name, dest)
}

func (t *trackNode) Listxattr(_ context.Context, dest []byte) (uint32, syscall.Errno) {
	return trackXattrs.list(t.described(), dest)
}

// Setxattr does what a verb asks. When it returns from a pause no more bytes
// move and what is held is durable; from a cancel, the bytes are gone.
func (t *trackNode) Setxattr(ctx context.Context, name string, data []byte, _ uint32) syscall.Errno {
	if errno := t.fs.permit(ctx, mayWrite, false); errno != 0 {
		return errno
	}
	if name != xattrs.Control {
		return trackXattrs.refuse(name)
	}
	command, err := fetch.ParseCommand(parseVerb(data))
	if err != nil {
		return toErrno(err)
	}
	return toErrno(t.fs.control.Do(ctx, t.download, command))
}

func (t *trackNode) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := t.fs.permit(ctx, mayWrite, false); errno != 0 {
		return errno
	}
	return trackXattrs.refuseRemoval(name)
}
