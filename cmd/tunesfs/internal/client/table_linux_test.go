package client

import "testing"

// The table of mounts is read once while it does not change, and again after it was closed.
func TestMountTable(t *testing.T) {
	var table mountTable
	reads := 0
	read := func() error { reads++; return ErrGone }
	for range 100 {
		if err := table.look(read); err != ErrGone {
			t.Fatal(err)
		}
	}
	if reads > 10 { // other programs may mount something
		t.Errorf("it is read %d times", reads)
	}
	table.close()
	if before := reads; table.look(read) != ErrGone || reads == before {
		t.Error("it is not read once nothing tells of changes")
	}
}
