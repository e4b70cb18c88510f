package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
)

// noSleep keeps programs that were built with the race detector from sleeping for a
// second at their end.
const noSleep = "atexit_sleep_ms=0"

// commands are what scripts can run beside the system's tools.
var commands = map[string]func(){"tunesfs": main, helperName: main, "gofiles": goFiles}

// TestMain lets scripts run the real main under each of its names.
func TestMain(m *testing.M) {
	os.Setenv("GORACE", noSleep)
	testscript.Main(leakChecked{m}, commands)
}

// leakChecked fails a run that leaves goroutines behind.
type leakChecked struct{ m *testing.M }

func (l leakChecked) Run() int {
	code := l.m.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestScripts runs testdata/script. Each script has an iTunes-shaped server of
// its own at $CATALOG, a Subsonic one at $LIBRARY, and folders of its own for everything else.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:       filepath.Join("testdata", "script"),
		Setup:     setupScript,
		Condition: condition,
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"await-mount": awaitMount},
	})
}

func setupScript(env *testscript.Env) error {
	server := httptest.NewServer(&catalogServer{})
	env.Defer(server.Close)
	env.Defer(func() { unmountBelow(env.T(), env.WorkDir) })
	env.Setenv("CATALOG", "itunes+"+server.URL+"/")
	library, end := newLibrary(bytes.Repeat([]byte("song"), 1000))
	env.Defer(end)
	env.Setenv("LIBRARY", library)
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "home", "cache"))
	env.Setenv("XDG_RUNTIME_DIR", filepath.Join(env.WorkDir, "run"))
	env.Setenv("LC_ALL", "C.UTF-8")
	env.Setenv("GORACE", noSleep)
	for _, name := range []string{"home", "run", "run/tunesfs"} {
		if err := os.Mkdir(filepath.Join(env.WorkDir, name), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// awaitMount is the script command "await-mount DIR": it returns once a process
// says that it serves DIR, which it does when the mount is complete.
func awaitMount(ts *testscript.TestScript, _ bool, args []string) {
	for give := time.Now().Add(time.Minute); time.Now().Before(give); time.Sleep(10 * time.Millisecond) {
		if runfile.Find(runfile.Path(ts.MkAbs(args[0]), ts.Getenv)) != nil {
			return
		}
	}
	ts.Fatalf("%s is not mounted", args[0])
}

// unmountBelow takes away what a script that failed has left mounted.
func unmountBelow(t testscript.T, dir string) {
	all, err := mounted.All()
	if err != nil {
		t.Log("cannot clean up:", err)
	}
	for _, m := range all {
		if !strings.HasPrefix(m.Dir, dir+"/") {
			continue
		}
		if err := runUnmount(context.Background(), m.Dir); err != nil {
			t.Log("cannot clean up:", err)
		}
	}
}

// condition answers [fuse], can mounts be made here, and [root]. In CI everything
// must be tested.
func condition(name string) (bool, error) {
	var err error
	switch name {
	case "fuse":
		err = canMount()
	case "root":
		return os.Geteuid() == 0, nil
	default:
		return false, fmt.Errorf("unknown condition %q", name)
	}
	if err != nil && os.Getenv("CI") != "" {
		return false, fmt.Errorf("CI must be able to test this: %w", err)
	}
	return err == nil, nil
}

// canMount returns why mounts cannot be made here.
func canMount() error {
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	device.Close()
	if os.Geteuid() == 0 {
		return nil
	}
	if _, err := exec.LookPath("fusermount3"); err != nil {
		return errors.New("neither root nor fusermount3")
	}
	return nil
}
