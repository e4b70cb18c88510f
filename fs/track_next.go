package fs

import (
	"context"

	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/upnext"
	"github.com/tunesfs/tunesfs/fs/internal/waiting"
)

// played returns the track as one that a player may read, which opens it.
func (t *trackNode) played(ctx context.Context, r *fetch.Reader) upnext.Source {
	row := t.row.Load()
	s := upnext.Source{Reader: r, Download: t.download, Duration: row.Duration, BitRate: row.Tags.BitRate, Next: t.next}
	if caller, ok := fuse.FromContext(ctx); ok && !t.fs.players.Off {
		s.Process = waiting.ProcessOf(caller.Pid)
	}
	return s
}

// next returns the download of the audio that a player reads after the track, or nil at the
// end: before is the id of the track that it played before this one. Of the folders that
// show the track it is the one where that came before this one, else the one where a name
// led here last.
func (t *trackNode) next(before string) *fetch.Download {
	_, at := t.Parent()
	if at == nil {
		return nil
	}
	var folders []*folderNode
	if level := levelOf(at); level != nil {
		folders = append(folders, level.folder)
	}
	if before != "" {
		folders = append(folders, t.fs.showing(t.download.Key(), before)...)
	}
	orders := make([][]upnext.Track, len(folders))
	for i, f := range folders {
		orders[i] = f.order()
	}
	after, in, ok := upnext.After(orders, before, t.download.Key())
	if !ok {
		return nil
	}
	if row := folders[in].shows(after.ID); row != nil {
		return t.fs.download(row)
	}
	return nil
}

// showing returns the folders that show two tracks.
func (f *FS) showing(one, other string) (folders []*folderNode) {
	for _, folder := range f.tree.listed() {
		if folder.shows(one) != nil && folder.shows(other) != nil {
			folders = append(folders, folder)
		}
	}
	return folders
}

// order returns the audio of the folder in the listing's order.
func (f *folderNode) order() (tracks []upnext.Track) {
	for _, row := range f.visible() {
		if row.File == "" {
			tracks = append(tracks, upnext.Track{ID: row.ID, Name: row.Name})
		}
	}
	return tracks
}
