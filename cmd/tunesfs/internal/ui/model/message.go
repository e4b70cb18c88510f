package model

// A message shows until the next key.
type message struct {
	text  string
	wrong bool // it is of a failure
}

// say shows a text.
func (m *message) say(text string) { m.text, m.wrong = text, false }

// fail shows why something did not work.
func (m *message) fail(err error) {
	if err != nil {
		m.text, m.wrong = err.Error(), true
	}
}
