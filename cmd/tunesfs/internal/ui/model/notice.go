package model

// A notice is the message that shows until the next key.
type notice struct {
	text  string
	wrong bool // it is of a failure
}

// say shows a text.
func (n *notice) say(text string) { n.text, n.wrong = text, false }

// fail shows why something did not work.
func (n *notice) fail(err error) {
	if err != nil {
		n.text, n.wrong = err.Error(), true
	}
}
