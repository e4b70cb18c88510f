package fetch

import "fmt"

// A Command is a user's word about a download.
type Command int

// The commands, as in the table of states.
const (
	Start  Command = iota // fetch the whole file
	Pause                 // move no more bytes; keep what is held, durably
	Resume                // go on with what is missing
	Cancel                // stop and drop every byte; waiting reads get ErrCanceled
	Evict                 // drop the bytes of a file that nobody uses
)

// String returns the verb a user writes.
func (c Command) String() string {
	if c < 0 || int(c) >= len(commandNames) {
		return fmt.Sprintf("Command(%d)", int(c))
	}
	return commandNames[c]
}

// ParseCommand returns the command that a verb names, or ErrUnknownCommand.
func ParseCommand(verb string) (Command, error) {
	for c, name := range commandNames {
		if verb == name {
			return Command(c), nil
		}
	}
	return 0, fmt.Errorf("%w: %q", ErrUnknownCommand, verb)
}

var commandNames = [...]string{"start", "pause", "resume", "cancel", "evict"}
