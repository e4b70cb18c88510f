package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/run"
)

// context is how many events a report shows before a finding.
const context20 = 20

// report prints the findings, and what was before the first.
func report(w io.Writer, res run.Result) {
	for _, f := range res.Findings {
		fmt.Fprintln(w, f)
	}
	first := res.Findings[0]
	if len(first.Allowed) > 0 {
		fmt.Fprintln(w, "allowed:", first.Allowed)
	}
	end := len(res.Events)
	after := func(e history.Event) bool { return e.Seq > first.Event.Seq }
	if first.Event.Seq == 0 { // it is of no step
		after = func(e history.Event) bool { return e.At > first.Event.At }
	}
	if i := slices.IndexFunc(res.Events, after); i > 0 {
		end = i
	}
	fmt.Fprintln(w, "before the first:")
	for _, e := range res.Events[max(0, end-context20):end] {
		fmt.Fprintln(w, line(e))
	}
}

// line returns an event as a line.
func line(e history.Event) string {
	step, _ := json.Marshal(e.Step) // plain values
	text := fmt.Sprintf("%9.3f %s %s", e.At.Seconds(), e.Kind, step)
	if e.Kind == history.Ended && e.Step.By >= 0 {
		answer, _ := json.Marshal(e.Answer)
		text += fmt.Sprintf(" -> %.300s", answer)
	}
	return text
}
