package plan

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// maxLine is the longest line of a plan, in bytes.
const maxLine = 1 << 20

// Write writes the plan as lines of JSON: the setup, then the steps.
func (p Plan) Write(w io.Writer) error {
	buf := bufio.NewWriter(w)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p.Setup); err != nil {
		return err
	}
	for _, s := range p.Steps {
		if err := enc.Encode(s); err != nil {
			return err
		}
	}
	return buf.Flush()
}

// Load reads a plan that Write wrote.
func Load(r io.Reader) (Plan, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var p Plan
	if !lines.Scan() {
		return p, fmt.Errorf("plan: no setup: %w", lines.Err())
	}
	if err := json.Unmarshal(lines.Bytes(), &p.Setup); err != nil {
		return p, fmt.Errorf("plan: setup: %w", err)
	}
	for lines.Scan() {
		var s Step
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return p, fmt.Errorf("plan: step %d: %w", len(p.Steps), err)
		}
		p.Steps = append(p.Steps, s)
	}
	return p, lines.Err()
}

// Of returns the steps of one actor in one round.
func (p Plan) Of(by, round int) []Step {
	var own []Step
	for _, s := range p.Steps {
		if s.By == by && s.Round == round {
			own = append(own, s)
		}
	}
	return own
}
