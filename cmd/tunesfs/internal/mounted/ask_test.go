package mounted

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// Whoever may not look into a mount is told who may.
func TestExplainForeign(t *testing.T) {
	err := ExplainDead("/m", fmt.Errorf("open: %w", syscall.EACCES))
	if !strings.Contains(err.Error(), "only who mounted it") {
		t.Errorf("got %v", err)
	}
}
