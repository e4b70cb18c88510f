package ui

import (
	"os"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
)

// aligned is a terminal that is written to by cells.Align. Read, Fd and Close show Bubble Tea
// that it is one.
type aligned struct{ terminal *os.File }

func (a aligned) Read(p []byte) (int, error) { return a.terminal.Read(p) }
func (a aligned) Fd() uintptr                { return a.terminal.Fd() }
func (a aligned) Close() error               { return a.terminal.Close() }

// Write implements io.Writer. A frame comes in one call.
func (a aligned) Write(frame []byte) (int, error) {
	if _, err := a.terminal.Write(cells.Align(frame)); err != nil {
		return 0, err
	}
	return len(frame), nil
}
