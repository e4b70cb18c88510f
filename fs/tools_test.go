package fs

import (
	"os"
	"os/exec"
	"testing"
)

// need skips the test if a tool is not there, but not where all must be.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			missing(t, tool)
		}
	}
}

func needFUSE(t *testing.T) {
	t.Helper()
	if err := checkDevice(); err != nil {
		missing(t, err.Error())
	}
	if os.Geteuid() != 0 && !hasHelper() {
		missing(t, "fusermount3")
	}
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("missing: %s", what)
}
