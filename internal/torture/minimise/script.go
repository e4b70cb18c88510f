package minimise

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// head starts the origin and a mount, and has the functions that the steps use.
const head = `# Run it in the folder of the module. TUNESFS is the program that is tried; it needs
# fuse3, attr, curl and python3. It prints the answer of every step.
set -u
tunesfs=${TUNESFS:-tunesfs} here=$(cd "$(dirname "$0")" && pwd) dir=$(mktemp -d)
M=$dir/mount C=$dir/cache
mkdir "$M" "$C"
trap 'kill $served' EXIT
go build -o "$dir/torture" ./internal/torture || exit
"$dir/torture" -serve "$here/faults.jsonl" >"$dir/served" &
served=$!
until grep -q ready "$dir/served"; do sleep 0.1; done
. "$dir/served" # sets source, control, flags and what else the mount needs

mounted() { "$tunesfs" mount "$source" "$M" --cache-dir "$C" --log "$dir/log" "${flags[@]}" --daemon && cd "$M"; }
pids() { pgrep -f -- "mount $source $M "; }
remount() { # kill, force, lazy, signal or command
	cd /
	case $1 in
	kill) kill -9 $(pids); umount -l "$M" ;;
	force) umount -f "$M" || umount -l "$M" ;;
	lazy) umount -l "$M" ;;
	signal) kill $(pids) ;;
	*) "$tunesfs" unmount "$M" ;;
	esac
	while pids >/dev/null; do sleep 0.1; done
	mounted
}
stopped() { local p; p=$(pids); kill -STOP $p; sleep "$1"; kill -CONT $p; }
world() { curl -s "$control/$1"; } # the step of faults.jsonl with this number
# step NUMBER LIMIT COMMAND: a signal ends it after LIMIT seconds; 0 is never.
step() {
	local n=$1 limit=$2
	shift 2
	echo "step $n: $*: $(timeout -s INT "$limit" bash -c '"$@"' - "$@" 2>&1 | tr '\0' ' ' | head -c 300)"
}
pread() { # FD OFFSET LENGTH
	python3 -c 'import os,sys
fd, off, n = map(int, sys.argv[1:]); print(len(os.pread(fd, n, off)), "bytes")' "$@"
}
copy() { # WAY FILE
	case $1 in
	mmap) python3 -c 'import mmap,sys
f = open(sys.argv[1], "rb"); print(len(bytes(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ))), "bytes")' "$2" ;;
	mpv | tags) tail -c 160 "$2" | wc -c; head -c 65536 "$2" | wc -c ;;
	backward) python3 -c 'import os,sys
f = os.open(sys.argv[1], os.O_RDONLY); n = end = os.fstat(f).st_size; got = 0
while n > 0: m = min(n, 131072); n -= m; got += len(os.pread(f, m, n))
print(got, "of", end, "bytes")' "$2" ;;
	direct) dd bs=128K iflag=direct status=none if="$2" | wc -c ;;
	*) cat "$2" | wc -c ;;
	esac
}
export -f pread copy

mounted || exit
`

// tail ends all that head started.
const tail = `
for n in ${!step*}; do wait "${!n}"; done
cd /
"$tunesfs" unmount "$M" || umount -l "$M"
echo "the log: $dir/log"
`

// Script writes a case as a shell script for people: the steps in the order in which the
// trace has them, at the same time where they were. The origin with its faults is the
// "torture -serve" of what Faults returns, in the file faults.jsonl beside the script.
func Script(w io.Writer, c Case, finding string) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "#!/bin/bash\n# %s\n#\n", strings.ReplaceAll(strings.TrimSpace(finding), "\n", "\n# "))
	fmt.Fprint(out, head, "\n")
	steps := map[int]plan.Step{}
	for _, s := range c.Plan.Steps {
		steps[s.ID] = s
	}
	events := slices.DeleteFunc(slices.Clone(c.Trace), func(e history.Event) bool { return steps[e.Step.ID].Do == "" })
	behind := map[int]bool{} // steps in the background
	for i, e := range events {
		s := steps[e.Step.ID]
		alone := i+1 < len(events) && events[i+1].Step.ID == s.ID && events[i+1].Kind == history.Ended
		switch {
		case e.Kind == history.Ended && behind[s.ID]:
			fmt.Fprintf(out, "wait $step%d\n", s.ID)
		case e.Kind == history.Ended:
		case s.By == plan.World || s.Do == plan.Open || s.Do == plan.Close || alone:
			fmt.Fprintf(out, "%s # %s\n", command(s), about(s))
		default:
			behind[s.ID] = true
			fmt.Fprintf(out, "%s & step%d=$! # %s\n", command(s), s.ID, about(s))
		}
	}
	fmt.Fprint(out, tail)
	return out.Flush()
}

// Faults returns the plan with the steps of the world alone.
func Faults(p plan.Plan) plan.Plan {
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(s plan.Step) bool { return s.By != plan.World })
	return p
}

// command returns a step as a command line.
func command(s plan.Step) string {
	if s.By == plan.World {
		return change(s)
	}
	fd := 10 + 10*s.By + s.Slot
	switch s.Do {
	case plan.Open:
		return fmt.Sprintf("exec %d<%s", fd, quote(s.Path))
	case plan.Close:
		return fmt.Sprintf("exec %d<&-", fd)
	}
	return fmt.Sprintf("step %d %g %s", s.ID, limitOf(s), call(s, fd))
}

// slowest is how long a command may take to start, in seconds: a worker is there already.
const slowest = 2

// limitOf returns after how many seconds a signal ends a step; 0 is never.
func limitOf(s plan.Step) float64 {
	if s.Signal == 0 {
		return 0
	}
	return s.Signal.Seconds() + slowest
}

// change returns a change of the world.
func change(s plan.Step) string {
	switch s.Do {
	case plan.Kill:
		if s.Verb != "" {
			return control(s) + "; remount kill"
		}
		return "remount kill"
	case plan.Unmount:
		return "remount " + s.How
	case plan.Stop:
		return fmt.Sprintf("stopped %g", s.Signal.Seconds())
	}
	return fmt.Sprintf("world %d", s.ID)
}

// about returns who does a step, and more where the command line does not say it.
func about(s plan.Step) string {
	if s.By != plan.World {
		return fmt.Sprintf("step %d of worker %d", s.ID, s.By)
	}
	switch s.Do {
	case plan.Publish:
		return fmt.Sprintf("a new version of %s, of %d bytes", s.Path, s.Size)
	case plan.Strike:
		return fmt.Sprintf("%s strikes %q %s, %d times (0: all)", s.Fault, s.Path, s.How, s.Count)
	case plan.Heal:
		return fmt.Sprintf("the fault of %d ends", s.Ends)
	case plan.Outwait:
		return fmt.Sprintf("%s strikes until a read of %s has ended", s.Fault, s.Path)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", s.Do, s.Path))
}

// call returns what a worker calls, fd being the number of its open file.
func call(s plan.Step, fd int) string {
	path := quote(s.Path)
	switch s.Do {
	case plan.Read:
		return fmt.Sprintf("pread %d %d %d", fd, s.Offset, s.Length)
	case plan.Await:
		return fmt.Sprintf("pread %d %d %d &", fd, s.Offset, s.Length)
	case plan.Awaited:
		return "wait"
	case plan.Rest:
		return fmt.Sprintf("sleep %g", s.Signal.Seconds())
	case plan.Fstat:
		return fmt.Sprintf("stat -L /proc/self/fd/%d", fd)
	case plan.Copy:
		return "copy " + s.How + " " + path
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
	case plan.Move:
		return "mv -T " + path + " " + quote(s.Name)
	case plan.Events:
		return fmt.Sprintf("timeout %g cat .tunesfs/events", s.Signal.Seconds())
	case plan.Downs:
		return "cat .tunesfs/downloads"
	}
	if word := plain[s.Do]; word != "" {
		return word + " " + path
	}
	return "echo " + string(s.Do) + " " + path
}

// plain are commands that take a path and nothing else.
var plain = map[plan.Do]string{
	plan.Stat: "stat", plan.List: "ls", plan.Attrs: "getfattr -d -m -", plan.Remove: "unlink", plan.Mkdir: "mkdir", plan.Rmdir: "rmdir",
}

// control returns a verb in its way.
func control(s plan.Step) string {
	switch s.How {
	case "sidecar":
		return "touch " + quote(s.Path+"."+s.Verb)
	case "write":
		return "tee " + quote(s.Path+"."+s.Verb) + " <<<1"
	case "command":
		return `"$tunesfs" ` + s.Verb + " " + quote(s.Path)
	}
	return "setfattr -n user.tunesfs.control -v " + s.Verb + " " + quote(s.Path)
}

func quote(path string) string {
	if path == "" {
		path = "."
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
