package model

import (
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// A mount is the one that shows.
type mount struct {
	dir, source string
	own         bool // it ends with the app
	health      client.Kind
	err         error // why it is not alive
}

// warning says why the mount cannot be used, or nothing if it can.
func (m mount) warning() string {
	switch {
	case m.health == client.Hung:
		return "The mount does not answer. This may be old; it goes on when the mount does."
	case m.health == client.Gone && m.own:
		return "The mount is gone. Press q."
	case m.health == client.Gone && m.err != nil:
		return words.Sentence(m.err) + " Mount it again at the same place, or press q."
	case m.health == client.Gone:
		return "The mount is gone. Mount it again at the same place, or press q."
	}
	return ""
}

// happen takes in events of the mount.
func (m *Model) happen(events []client.Event) (effects []effect.Effect) {
	now := m.now()
	for _, e := range events {
		switch e.Kind {
		case client.Changed:
			for _, d := range e.Downloads {
				m.tracks.Change(d, now)
			}
		case client.Reset:
			m.tracks.Reset(e.Downloads, now)
			effects = append(effects, m.catalog.listRoots())
		case client.Searched:
			effects = append(effects, m.catalog.listRoots())
			if m.catalog.folder == "" {
				effects = append(effects, m.catalog.relist()...)
			}
		case client.Alive:
			if m.mount.health != client.Alive {
				m.mount.health, m.mount.err = client.Alive, nil
				m.tracks.ExpireAll()
				effects = append(effects, m.catalog.revive()...)
			}
		case client.Hung, client.Gone:
			m.mount.health, m.mount.err = e.Kind, e.Err
			m.reading = false
			m.tracks.Stall()
		case client.Unfollowed:
			m.message.fail(e.Err)
		}
	}
	m.downloads.settle()
	m.agree()
	return effects
}
