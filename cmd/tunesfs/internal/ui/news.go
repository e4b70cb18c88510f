package ui

import (
	"errors"
	"path"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// happen takes in news of the mount.
func (m *Model) happen(events []client.Event) (effects []effect) {
	now := m.now()
	for _, e := range events {
		switch e.Kind {
		case client.Changed:
			for _, d := range e.Downloads {
				m.downloads.apply(d, now)
				m.changed(d)
			}
		case client.Reset:
			m.downloads.reset(e.Downloads, now)
			m.facts.expireAll()
			effects = append(effects, m.listRoots())
		case client.Alive:
			if m.health != client.Alive {
				m.health, m.trouble = client.Alive, nil
				m.facts.expireAll()
				effects = append(effects, m.revive()...)
			}
		case client.Hung, client.Gone:
			m.health, m.trouble = e.Kind, e.Err
			m.reading = false
		case client.Unfollowed:
			m.fail(e.Err)
		}
	}
	m.settle()
	return effects
}

// changed notes that the folders that a download lies in must be looked at again, and its
// own facts: one that is complete may be among several.
func (m *Model) changed(d client.Download) {
	for dir := path.Dir(d.Path); d.Path != "" && dir != "." && dir != "/"; dir = path.Dir(dir) {
		m.facts.expire(dir, aging)
	}
	if d.State == idle || d.State == complete {
		m.facts.expire(d.Path, expired)
	}
}

// settle ends a change of the downloads.
func (m *Model) settle() {
	var id string
	if s := &m.transfers.scroll; s.cursor < len(m.downloads.rows) {
		id = m.downloads.rows[s.cursor].ID
	}
	if m.downloads.settle() {
		m.facts.expireAll()
	}
	rows := m.downloads.rows
	if s := &m.transfers.scroll; s.cursor >= len(rows) || rows[s.cursor].ID != id {
		for i, d := range rows {
			if d.ID == id {
				s.cursor = i
				break
			}
		}
	}
	m.transfers.fit(len(rows), m.rowsHeight())
}

// revive lists again what could not be listed while the mount was away.
func (m *Model) revive() []effect {
	effects := []effect{m.listRoots()}
	if m.list.err != nil || m.list.loading {
		effects = append(effects, m.relist()...)
	}
	return effects
}

// sick returns how the mount is, in words, if it is not well.
func (m *Model) sick() string {
	switch {
	case m.health == client.Hung:
		return "The mount does not answer. This may be old; it goes on when the mount does."
	case m.health == client.Gone && m.own:
		return "The mount is gone. Press q."
	case m.health == client.Gone && m.trouble != nil:
		return sentence(m.trouble) + " Mount it again at the same place, or press q."
	case m.health == client.Gone:
		return "The mount is gone. Mount it again at the same place, or press q."
	}
	return ""
}

// errorText puts an error of a listing into a sentence.
func errorText(err error) string {
	if errors.Is(err, client.ErrTooMany) {
		return "There are more entries than can be shown."
	}
	return sentence(err)
}
