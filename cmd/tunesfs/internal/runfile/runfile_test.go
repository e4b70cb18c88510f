package runfile

import (
	"os"
	"testing"
)

// The log of a process that was killed can still be found. That of one which ended, and
// what makes no sense, cannot.
func TestLogOf(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	want := func(when, want string, wantOK bool) {
		t.Helper()
		if log, ok := LogOf(Path("/m", os.Getenv)); log != want || ok != wantOK {
			t.Errorf("%s: %q, %v", when, log, ok)
		}
	}
	want("before", "", false)
	for _, log := range []string{"/var/log/m.log", ""} {
		run, err := New("/m", log)
		if err != nil {
			t.Fatal(err)
		}
		want("running", log, true)
		run.file.Close() // as the kernel does after kill -9
		if Find(Path("/m", os.Getenv)) != nil {
			t.Error("a process that is gone is found")
		}
		want("killed", log, true)
	}
	run, err := New("/m", "/l")
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Remove("/m"); err != nil {
		t.Fatal(err)
	}
	want("ended", "", false)
	if err := os.WriteFile(Path("/m", os.Getenv), []byte("none\n/l\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want("nonsense", "", false)
}
