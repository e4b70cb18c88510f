package ui

import "fmt"

// enter opens a folder or plays a track.
func (m *Model) enter() []effect {
	r, ok := m.current()
	switch {
	case !ok:
		return nil
	case r.folder:
		return m.open(r.path, "")
	}
	return m.play()
}

// escape ends the innermost thing that can be ended.
func (m *Model) escape() []effect {
	_, marks := m.place()
	switch {
	case m.overlay != noOverlay:
		m.overlay = noOverlay
	case m.screen == transfers && len(marks) == 0:
		return m.show(browse)
	case m.screen == browse && m.list.search != nil:
		return m.callOff()
	case len(marks) > 0:
		clear(marks)
	case m.list.filter != "":
		m.list.setFilter("", m.rowsHeight())
	}
	return nil
}

// resort changes to the next order.
func (m *Model) resort() {
	if m.screen == transfers {
		m.keepCursor(m.downloads.arrange)
		m.say("Sorted by state.")
		return
	}
	m.list.sort = (m.list.sort + 1) % sortings
	m.list.arrange(m.rowsHeight())
	m.say("Sorted: " + m.list.sort.String() + ".")
}

// refresh asks the catalog for the folder again. The folder is listed after that.
func (m *Model) refresh() []effect {
	return m.command([]string{m.list.folder}, refresh)
}

// askUnsearch asks whether to remove a search.
func (m *Model) askUnsearch() []effect {
	r, _ := m.current()
	m.ask = &question{
		text: fmt.Sprintf("Remove %s? What was downloaded stays in the cache.", r.name),
		yes:  func() []effect { return []effect{removeSearch{r.path}} },
	}
	return nil
}

// quit ends the app.
func (m *Model) quit() []effect {
	m.quitting = true
	return []effect{quit{}}
}
