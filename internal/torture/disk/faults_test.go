package disk

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// The disk can fail in all ways that a plan may have.
func TestPlannedFaults(t *testing.T) {
	for _, kind := range plan.DiskFaults {
		op, errno, _ := plan.Step{Do: plan.Strike, Fault: kind}.DiskFault()
		var f faults
		if err := f.arm(fmt.Sprintln(op, 0, 1, errno)); err != nil || f.fails(op) == 0 {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestFaults(t *testing.T) {
	const none, eio, full = syscall.Errno(0), syscall.EIO, syscall.ENOSPC
	tests := []struct {
		line string
		op   string
		want []syscall.Errno
	}{
		{"write 0 1", "write", []syscall.Errno{eio, none, none}},
		{"write 2 1", "write", []syscall.Errno{none, none, eio, none}},
		{"write 1 2 ENOSPC", "write", []syscall.Errno{none, full, full, none}},
		{"write 0 -1", "write", []syscall.Errno{eio, eio, eio}},
		{"write 0 0", "write", []syscall.Errno{none}},
		{"write 0 1", "read", []syscall.Errno{none}},
	}
	for _, tt := range tests {
		var f faults
		if err := f.arm(tt.line); err != nil {
			t.Errorf("%s: %v", tt.line, err)
		}
		for i, want := range tt.want {
			if got := f.fails(tt.op); got != want {
				t.Errorf("%s: %s %d: %v, want %v", tt.line, tt.op, i, got, want)
			}
		}
		if f.heal(); f.fails(tt.op) != none {
			t.Errorf("%s: it fails after heal", tt.line)
		}
	}
	for _, line := range []string{"", "write", "write 1", "write a b", "dance 0 1", "write 0 1 ENODANCE"} {
		if err := new(faults).arm(line); err == nil {
			t.Errorf("%q is no error", line)
		}
	}
}
