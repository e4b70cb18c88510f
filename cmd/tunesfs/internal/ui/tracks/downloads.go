package tracks

import (
	"slices"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// maxEnded bounds the idle downloads that are kept, and the complete ones.
const maxEnded = 10_000

// A Download is a track that the mount has reported since the app began.
type Download struct {
	client.Download
	seen   time.Time // when its last change came
	change int       // the number of its last change
	listed bool      // it is in downloads.rows
}

// downloads are all tracks that have been active, by id. One change takes the same time,
// however many there are.
type downloads struct {
	folder   string // whose tracks are listed and summed up, or a track; empty for all
	byID     map[string]*Download
	at       map[string]string // the id of a path
	rows     []*Download       // those that lists wants, in the order of their first change
	total    Total
	changes  int  // how often anything has changed
	idle     int  // how many are idle
	complete int  // how many are complete
	lost     int  // how many have an unknown state
	holes    bool // some of rows may be idle, forgotten or elsewhere
}

func newDownloads(folder string) *downloads {
	return &downloads{folder: folder, byID: map[string]*Download{}, at: map[string]string{}}
}

// apply takes in the state of a download. The caller calls compact after the last one.
func (t *downloads) apply(news client.Download, now time.Time) {
	d, ok := t.byID[news.ID]
	if !ok {
		d = &Download{}
		t.byID[news.ID] = d
	} else {
		t.count(d, -1)
	}
	if news.Path == "" {
		news.Path = d.Path
	}
	if news.Path != d.Path {
		t.forgetPath(d)
	}
	t.changes++
	d.Download, d.seen, d.change = news, now, t.changes
	if d.Path != "" {
		t.at[d.Path] = d.ID
	}
	switch in := t.lists(d); {
	case d.listed && !in:
		t.holes = true
	case !d.listed && in:
		d.listed = true
		t.rows = append(t.rows, d)
	}
	t.count(d, +1)
}

// slow removes old rates from the sum: no byte has come since.
func (t *downloads) slow(now time.Time) {
	for _, d := range t.rows {
		if d.Rate > 0 && now.Sub(d.seen) >= oldRate {
			t.count(d, -1)
			d.Rate = 0
			t.count(d, +1)
		}
	}
}

// count adds a download to the sums, or takes it away.
func (t *downloads) count(d *Download, sign int) {
	switch d.State {
	case "":
		t.lost += sign
	case Idle:
		t.idle += sign
	case Complete:
		t.complete += sign
	}
	if t.shows(d) {
		t.total.add(d.Download, sign)
	}
}

// shows reports whether a download is in the folder.
func (t *downloads) shows(d *Download) bool { return client.IsWithin(t.folder, d.Path) }

// lists reports whether a download is to be in the rows. If a track was named instead of a
// folder it is always there.
func (t *downloads) lists(d *Download) bool {
	return t.shows(d) && (d.State != Idle || t.isNamed(d.Path))
}

// isNamed reports whether a path was named as the one to be listed.
func (t *downloads) isNamed(path string) bool { return t.folder != "" && path == t.folder }

// replace takes in all downloads that are active. The state of every other one is unknown
// until its facts are read.
func (t *downloads) replace(list []client.Download, now time.Time) {
	active := make(map[string]bool, len(list))
	for _, d := range list {
		active[d.ID] = true
	}
	for id, d := range t.byID {
		if active[id] || d.State == Idle || d.State == Complete {
			continue
		}
		news := d.Download
		news.State, news.Rate = "", client.Unknown
		if d.Path == "" {
			news.State = Idle // there is nothing to ask
		}
		t.apply(news, d.seen)
	}
	for _, d := range list {
		t.apply(d, now)
	}
}

// learn takes in the facts of a track. They make it known if it was named.
func (t *downloads) learn(facts client.Facts, changes int) {
	if t.byID[facts.ID] != nil || !t.isNamed(facts.Path) {
		t.reconcile(facts, changes)
		return
	}
	t.apply(client.Download{
		ID: facts.ID, Path: facts.Path, State: facts.State, Size: facts.Size, Held: facts.Held, Rate: client.Unknown,
		Progress: facts.Progress, Error: facts.Error, Waiting: facts.Waiting,
	}, time.Time{})
}

// reconcile takes in the facts of a track, unless a change is later than they are: they
// were read when the table had seen this number of changes.
func (t *downloads) reconcile(facts client.Facts, changes int) {
	d, ok := t.byID[facts.ID]
	if !ok || d.change > changes || facts.State == d.State && facts.Held == d.Held {
		return
	}
	news := d.Download
	news.State, news.Size, news.Held = facts.State, facts.Size, facts.Held
	news.Progress, news.Error = facts.Progress, facts.Error
	t.apply(news, d.seen)
}

// lostPaths returns the paths of the first downloads whose state is unknown.
func (t *downloads) lostPaths() (paths []string) {
	const most = 50
	for i := 0; t.lost > 0 && i < len(t.rows) && len(paths) < most; i++ {
		if d := t.rows[i]; d.State == "" && d.Path != "" {
			paths = append(paths, d.Path)
		}
	}
	return paths
}

// drop makes the download of a path idle if its state is unknown.
func (t *downloads) drop(path string) {
	if d := t.find("", path); d != nil && d.State == "" {
		news := d.Download
		news.State = Idle
		t.apply(news, d.seen)
	}
}

// compact removes idle downloads from the rows, and forgets the oldest ones that have ended,
// beyond a bound. It reports whether it forgot any: the facts of those may be old.
func (t *downloads) compact() (forgot bool) {
	for state, n := range map[string]int{Idle: t.idle, Complete: t.complete} {
		if n > maxEnded {
			t.forgetOldest(state)
			forgot = true
		}
	}
	if t.holes {
		t.rows = slices.DeleteFunc(t.rows, func(d *Download) bool {
			d.listed = t.byID[d.ID] == d && t.lists(d)
			return !d.listed
		})
		t.holes = false
	}
	return forgot
}

// forgetOldest forgets downloads of a state, except the last ones.
func (t *downloads) forgetOldest(state string) {
	var old []*Download
	for _, d := range t.byID {
		if d.State == state && !t.isNamed(d.Path) {
			old = append(old, d)
		}
	}
	slices.SortFunc(old, func(a, b *Download) int { return a.change - b.change })
	for _, d := range old[:len(old)-maxEnded*9/10] {
		t.count(d, -1)
		t.holes = t.holes || d.listed
		delete(t.byID, d.ID)
		t.forgetPath(d)
	}
}

// forgetPath forgets the path of a download, unless another one has it by now.
func (t *downloads) forgetPath(d *Download) {
	if t.at[d.Path] == d.ID {
		delete(t.at, d.Path)
	}
}

// find returns the download of a track by its id or, without one, by its path.
func (t *downloads) find(id, path string) *Download {
	if id == "" {
		id = t.at[path]
	}
	return t.byID[id]
}

// Folder returns the folder whose downloads are in the rows, or the track; "" for all.
func (t *downloads) Folder() string { return t.folder }

// Rows returns the downloads in the folder that are not idle, or the track. The caller changes nothing in it.
func (t *downloads) Rows() []*Download { return t.rows }

// Total returns the sums of the downloads in the folder.
func (t *downloads) Total() Total { return t.total }

// IsListed reports whether the track of a path is in the rows.
func (t *downloads) IsListed(path string) bool {
	d := t.find("", path)
	return d != nil && d.listed
}

// Arrange puts the downloads that move first, and the complete ones last.
func (t *downloads) Arrange() {
	groups := make([][]*Download, len(stateOrder)+1)
	for _, d := range t.rows {
		rank := stateRank(d.State)
		groups[rank] = append(groups[rank], d)
	}
	t.rows = t.rows[:0]
	for _, group := range groups {
		t.rows = append(t.rows, group...)
	}
}

// ArrangeBelow is arrange for all rows but the first.
func (t *downloads) ArrangeBelow() {
	if len(t.rows) == 0 {
		return
	}
	first := t.rows[0]
	t.Arrange()
	i := slices.Index(t.rows, first)
	copy(t.rows[1:i+1], t.rows[:i])
	t.rows[0] = first
}
