package wall

import (
	"encoding/binary"
	"os"
	"time"
)

// A Clock is the wall clock of the programs that have its file's name in Env.
type Clock struct {
	file   *os.File
	offset time.Duration
}

// NewClock makes a file for a clock that is right.
func NewClock(name string) (*Clock, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	c := &Clock{file: file}
	return c, c.Set(0)
}

// Set moves the clock: it is offset, rounded down to seconds, ahead of the machine's.
func (c *Clock) Set(offset time.Duration) error {
	c.offset = offset.Truncate(time.Second)
	var b [8]byte
	binary.NativeEndian.PutUint64(b[:], uint64(c.offset/time.Second))
	_, err := c.file.WriteAt(b[:], 0)
	return err
}

// Now returns the time by the clock.
func (c *Clock) Now() time.Time { return time.Now().Add(c.offset) }

// Close closes the file. Programs keep the clock as it is.
func (c *Clock) Close() error { return c.file.Close() }
