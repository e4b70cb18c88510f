package model

// A message shows until the next key.
type message struct {
	text  string
	wrong bool // it is of a failure
}

// say shows a text.
func (n *message) say(text string) { n.text, n.wrong = text, false }

// fail shows why something did not work.
func (n *message) fail(err error) {
	if err != nil {
		n.text, n.wrong = err.Error(), true
	}
}
