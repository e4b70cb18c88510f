package skip

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	for _, tt := range []struct {
		count Count
		want  string
	}{
		{Count{}, ""},
		{Count{NotAudio: 2, Equal: 1}, `level=DEBUG msg="rows without usable audio left out" of=x equal=1 not_audio=2`},
		{Count{NotAudio: 2, NotHTTP: 1}, `level=WARN msg="rows without usable audio left out" of=x not_audio=2 not_http=1`},
	} {
		var log bytes.Buffer
		tt.count.Log(t.Context(), slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), "x")
		got := log.String()
		if !strings.Contains(got, tt.want) || strings.Count(got, "\n") > 1 || (got == "") != (tt.want == "") {
			t.Errorf("%v: logged %q, want %q", tt.count, got, tt.want)
		}
	}
}
