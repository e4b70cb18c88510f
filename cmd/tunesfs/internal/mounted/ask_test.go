package mounted

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// A user who may not look into a mount is told who may.
func TestExplainForeign(t *testing.T) {
	err := ExplainDead("/m", fmt.Errorf("open: %w", syscall.EACCES))
	if !strings.Contains(err.Error(), "only who mounted it") {
		t.Errorf("got %v", err)
	}
}

// The command that takes a dead mount away can be copied, whatever its folder is called.
func TestExplainDead(t *testing.T) {
	err := ExplainDead("/my music", syscall.ENOTCONN)
	if want := "the mount at /my music is dead; run 'tunesfs unmount '/my music''"; err.Error() != want {
		t.Errorf("got %v", err)
	}
}
