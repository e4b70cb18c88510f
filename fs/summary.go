package fs

import (
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/fetch"
)

// A summary adds up the downloads of a folder.
type summary struct {
	counts [fetch.Complete + 1]int
	wanted fetch.Status // bytes held and to be held of all that is not idle
	known  fetch.Status // bytes held and to be held of all whose size is known
}

// summary adds up what the folder shows; the root, all that was listed below it
// and all that is active. It lists nothing.
func (f *folderNode) summary() summary {
	top := f.fs.tree.isTop(f)
	folders := []place{{folder: f}}
	if top {
		folders = f.fs.tree.places()
	}
	var s summary
	seen := map[string]bool{}
	add := func(key string, st fetch.Status) {
		if !seen[key] {
			seen[key] = true
			s.add(st)
		}
	}
	for _, p := range folders {
		for _, t := range p.folder.visible() {
			st := f.fs.download(t).Status()
			st.Size = trackInfo{track: t, status: st}.size()
			add(t.ID, st)
		}
	}
	if top {
		for _, d := range f.fs.store.Active() {
			add(d.Key(), d.Status())
		}
	}
	return s
}

func (s *summary) add(st fetch.Status) {
	s.counts[st.State]++
	if st.Size >= 0 {
		s.known.Held += st.Held
		s.known.Size += st.Size
	}
	if st.State == fetch.Idle {
		return
	}
	s.wanted.Held += st.Held
	if st.Size < 0 || s.wanted.Size < 0 {
		s.wanted.Size = -1
	} else {
		s.wanted.Size += st.Size
	}
}

// states says how many downloads are in which state, as "3 idle, 1 paused".
func (s summary) states() string {
	var parts []string
	for state, n := range s.counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, fetch.State(state)))
		}
	}
	if parts == nil {
		return "empty"
	}
	return strings.Join(parts, ", ")
}

// progress says how far what is wanted has come or, where nothing is, how much
// there is of what has a known size; "" where there are no bytes to speak of.
func (s summary) progress() string {
	switch {
	case s.wanted.Size != 0:
		return s.wanted.Progress()
	case s.known.Size > 0:
		return s.known.Progress()
	}
	return ""
}
