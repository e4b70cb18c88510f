package mutant

import "testing"

// Each mutant still finds the text that it changes.
func TestMutantsApply(t *testing.T) {
	names := map[string]bool{}
	for _, m := range All {
		if names[m.Name] {
			t.Errorf("two are called %s", m.Name)
		}
		names[m.Name] = true
		if _, err := m.Apply("../../.."); err != nil {
			t.Error(err)
		}
	}
	if len(All) < 20 {
		t.Errorf("%d mutants", len(All))
	}
}
