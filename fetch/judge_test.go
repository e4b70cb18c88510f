package fetch

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

var (
	strong  = validator.Validator{Size: 10, ETag: `"a"`, Asked: true}
	undated = validator.Validator{Size: 10, Asked: true}
)

// TestJudge says what a response means beside held bytes.
func TestJudge(t *testing.T) {
	held := ranges.Set{{Start: 0, End: 8}}
	for name, test := range map[string]struct {
		c    content
		r    origin.Response
		want verdict
	}{
		"goes on":                    {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 8, End: 10}, Validator: strong}, continued},
		"another":                    {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 8, End: 10}, Validator: undated}, unproven},
		"shorter than what is held":  {content{validator: validator.Unknown, held: held}, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: validator.Validator{Size: 5}}, doubtful},
		"the condition is ignored":   {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 0, End: 10}, Whole: true, IfRange: `"a"`, Validator: strong}, ifRangeIgnored},
		"the whole, without a wish":  {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 0, End: 10}, Whole: true, Validator: strong}, continued},
		"the whole of another":       {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 0, End: 10}, Whole: true, IfRange: `"a"`, Validator: undated}, unproven},
		"nothing is known, or held":  {content{validator: validator.Unknown}, origin.Response{Range: ranges.Range{Start: 0, End: 10}, Whole: true, Validator: undated}, continued},
		"no more, at another length": {content{validator: strong, held: held}, origin.Response{Range: ranges.Range{Start: 9, End: 9}, Validator: validator.Validator{Size: 9}}, doubtful},
	} {
		if got := test.c.judge(&test.r); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestContentFollows says what is still known after bytes were dropped.
func TestContentFollows(t *testing.T) {
	held := ranges.Set{{Start: 0, End: 8}}
	c := content{validator: strong, held: held, typ: "audio/mpeg", sum: "sha256:00", noRanges: true, sizeless: true, changes: 2, file: &diskcache.File{}}
	next, same := c.discarded()
	if !same || next.validator != strong || next.held != nil || next.sum != "" || next.file != nil ||
		next.typ != c.typ || !next.noRanges || !next.sizeless || next.changes != 2 {
		t.Errorf("of the same version: %v, %+v", same, next)
	}
	c.validator = undated
	if next, same := c.discarded(); same || next.validator != validator.Unknown {
		t.Errorf("without a strong validator: %v, %+v", same, next)
	}
	c.validator = validator.Validator{Size: 5}
	if next, same := c.discarded(); !same || next.validator.Size != 5 {
		t.Errorf("of a size that a catalog told: %v, %+v", same, next)
	}
	c.validator = validator.Validator{Size: 0, ETag: `"a"`, Asked: true}
	if next, same := c.discarded(); !same || next.validator != validator.Unknown {
		t.Errorf("of an empty file: %v, %+v", same, next)
	}
	if next := c.replaced(strong); next.validator != strong || next.changes != 3 || next.noRanges || next.sizeless || next.typ != c.typ {
		t.Errorf("of another version: %+v", next)
	}
	if next := c.replaced(undated); next.validator != validator.Unknown {
		t.Errorf("of another version, weakly: %+v", next)
	}
}

// TestRecentlyStale counts versions: from the fourth change on only one response is
// trusted, the tenth ends the attempt, and the next attempt is as careful.
func TestRecentlyStale(t *testing.T) {
	c := &content{validator: strong}
	for i := 1; i <= 10; i++ {
		c = c.replaced(strong)
		if c.streams() != (i > 3) {
			t.Errorf("change %d: streams is %v", i, c.streams())
		}
		if c.recentlyStale() != (i == 10) {
			t.Errorf("change %d: restless is %v", i, i != 10)
		}
	}
	if !c.streams() || c.changes != 4 {
		t.Errorf("afterwards: %d changes", c.changes)
	}
}
