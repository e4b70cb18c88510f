package minimise

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// Script writes a plan as a shell script for people: what each worker does, at the same
// time as the others, in a mount at $M. What the server does stands in comments, and
// "torture -replay" carries out both.
func Script(w io.Writer, p plan.Plan, finding string) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "#!/bin/bash\n# %s\n", strings.ReplaceAll(finding, "\n", "\n# "))
	fmt.Fprintf(out, "# tunesfs mount SOURCE $M %s; seed %d\n", strings.Join(p.Setup.Flags, " "), p.Setup.Seed)
	for _, f := range p.Setup.Files {
		if mentions(p.Steps, f.Path) {
			fmt.Fprintf(out, "# file %s: %d bytes, validators %s, no ranges %v, no length %v\n",
				f.Path, f.Size, f.Validators, f.NoRanges, f.NoLength)
		}
	}
	fmt.Fprintln(out, "cd \"$M\"\n# the world:")
	for _, s := range p.Steps {
		if s.By == plan.World {
			fmt.Fprintf(out, "#   after %d steps: %s\n", s.After, change(s))
		}
	}
	for by := range p.Setup.Workers {
		writeWorker(out, p.Steps, by)
	}
	fmt.Fprintln(out, "wait")
	return out.Flush()
}

func mentions(steps []plan.Step, path string) bool {
	for _, s := range steps {
		if s.Path == path {
			return true
		}
	}
	return false
}

// change returns what the world does.
func change(s plan.Step) string {
	switch s.Do {
	case plan.Publish:
		return fmt.Sprintf("a new version of %s, of %d bytes", s.Path, s.Size)
	case plan.Strike:
		return fmt.Sprintf("fault %d begins: %s for %q %s, %d times (0: all)", s.ID, s.Fault, s.Path, s.How, s.Count)
	case plan.Heal:
		return fmt.Sprintf("fault %d ends", s.Ends)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Do, s.How, s.Path))
}

// writeWorker writes the steps of one worker as a sub-shell in the background.
func writeWorker(out io.Writer, steps []plan.Step, by int) {
	begun := false
	for _, s := range steps {
		if s.By != by {
			continue
		}
		if !begun {
			fmt.Fprintf(out, "( # worker %d\n", by)
			begun = true
		}
		line := command(s)
		if s.Signal > 0 && !strings.HasPrefix(line, "exec") {
			line = fmt.Sprintf("timeout -s INT %g %s", s.Signal.Seconds(), line)
		}
		fmt.Fprintf(out, "  %s # step %d\n", line, s.ID)
	}
	if begun {
		fmt.Fprintln(out, ") &")
	}
}

// command returns a step as a command line.
func command(s plan.Step) string {
	path := quote(s.Path)
	fd := 10 + s.Slot
	switch s.Do {
	case plan.Open:
		return fmt.Sprintf("exec %d<%s", fd, path)
	case plan.Read:
		return fmt.Sprintf("dd bs=1 skip=%d count=%d of=/dev/null if=/proc/self/fd/%d", s.Offset, s.Length, fd)
	case plan.Fstat:
		return fmt.Sprintf("stat -L /proc/self/fd/%d", fd)
	case plan.Close:
		return fmt.Sprintf("exec %d<&-", fd)
	case plan.Copy:
		return "cat " + path + " >/dev/null"
	case plan.Get:
		return "getfattr --only-values -n " + s.Name + " " + path
	case plan.Control:
		return control(s)
	case plan.Settle:
		return "getfattr --only-values -n user.tunesfs.settled " + path
	case plan.Button:
		return "cat " + quote(s.Path+"."+s.Name)
	case plan.Rename:
		return "mv " + path + " " + quote(s.Path+" other")
	}
	if word := plain[s.Do]; word != "" {
		return strings.TrimSpace(word + " " + path)
	}
	return string(s.Do) + " " + path
}

// plain are commands that take a path and nothing else.
var plain = map[plan.Do]string{
	plan.Stat: "stat", plan.List: "ls", plan.Attrs: "getfattr -d -m -", plan.Remove: "rm",
	plan.Downs: "cat .tunesfs/downloads #", plan.Events: "cat .tunesfs/events #",
}

// control returns a verb in its way.
func control(s plan.Step) string {
	switch s.How {
	case "sidecar":
		return "touch " + quote(s.Path+"."+s.Verb)
	case "write":
		return "echo 1 >" + quote(s.Path+"."+s.Verb)
	case "command":
		return "tunesfs " + s.Verb + " " + quote(s.Path)
	}
	return "setfattr -n user.tunesfs.control -v " + s.Verb + " " + quote(s.Path)
}

func quote(path string) string {
	if path == "" {
		path = "."
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
