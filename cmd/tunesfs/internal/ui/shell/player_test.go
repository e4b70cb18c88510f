package shell

import "testing"

// A player that fails says why by its last line, and is named without its folder.
func TestPlayerFails(t *testing.T) {
	for command, want := range map[string]string{
		`/bin/sh -c 'echo begins >&2; echo "no sound device" >&2; exit 3'`: "the player sh failed: no sound device",
		`/bin/sh -c 'exit 3'`: "the player sh ended with a failure",
	} {
		p := newMusic(func(string) string { return command })
		p.want(1)
		if err := p.play(1, []string{"a"}, func(playerCommand, int) {}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", command, err)
		}
	}
}
