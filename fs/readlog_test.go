package fs

import (
	"log/slog"
	"strings"
	"testing"
)

// The log of a mount that is debugged tells of every read of a track, and another does not.
func TestReadLog(t *testing.T) {
	for level, want := range map[slog.Level]string{
		slog.LevelDebug: `msg="a track is opened" handle=1 path="/abba/ABBA - SOS.m4a"
msg="a track is read" handle=1 off=500 asked=100 got=100
msg="a track is closed" handle=1
`,
		slog.LevelInfo: "",
	} {
		t.Run(level.String(), func(t *testing.T) {
			var log lockedBuffer
			w := newWorld(t, 1000)
			w.cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))
			w.mount()
			w.sh(`mkdir "$A"; dd if="$A/ABBA - SOS.m4a" iflag=skip_bytes,fullblock skip=500 bs=100 count=1 status=none`)
			w.unmount()
			var got strings.Builder
			for line := range strings.Lines(log.String()) {
				if _, text, ok := strings.Cut(line, "level=DEBUG "); ok && strings.Contains(text, "a track is ") {
					text, _, _ = strings.Cut(strings.TrimSuffix(text, "\n"), " thread=")
					text, _, _ = strings.Cut(text, " took=")
					got.WriteString(text + "\n")
				}
			}
			if got.String() != want {
				t.Errorf("logged\n%swant\n%s", got.String(), want)
			}
		})
	}
}
