package archive

import (
	"slices"
	"testing"
	"time"
)

func TestWhichFilesAreShown(t *testing.T) {
	both := []fields{
		upload("t1.flac"), upload("t2.flac"),
		derived("t1.mp3", "t1.flac").with("title", "One").with("track", "1"), derived("t1_64kb.mp3", "t1.flac").with("size", "10"),
		derived("t2.mp3", "t2.flac").with("title", "Two").with("track", "2"), derived("t2.ogg", "t2.flac"),
		derived("t1.png", "t1.flac").with("format", "Spectrogram"), upload("info.txt"), upload("show_meta.xml").with("source", "metadata"),
		upload("video.mp4"), upload("t1.ffp").with("format", "Flac FingerPrint"),
	}
	discs := []fields{
		upload("disc10/01.flac").with("track", "1"), upload("disc2/02.flac").with("track", "2"),
		upload("disc2/01 - Opening.flac").with("track", "1"), upload("disc1/01_Tuning.flac").with("track", "01"),
	}
	for name, tt := range map[string]struct {
		format string
		files  []fields
		want   []string
	}{
		"best":              {"", both, []string{"01 - One.flac = t1.flac", "02 - Two.flac = t2.flac"}},
		"mp3":               {"mp3", both, []string{"01 - One.mp3 = t1.mp3", "02 - Two.mp3 = t2.mp3"}},
		"ogg, where it is":  {"ogg", both, []string{"01 - One.flac = t1.flac", "02 - Two.ogg = t2.ogg"}},
		"flac":              {"flac", both, []string{"01 - One.flac = t1.flac", "02 - Two.flac = t2.flac"}},
		"several discs":     {"", discs, []string{"01 - Tuning.flac = disc1/01_Tuning.flac", "02 - Opening.flac = disc2/01 - Opening.flac", "03 - 02.flac = disc2/02.flac", "04 - 01.flac = disc10/01.flac"}},
		"numbers":           {"", []fields{upload("01 - A.mp3"), upload("02. 99 Luftballons.mp3"), upload("Bonus.mp3")}, []string{"01 - A.mp3 = 01 - A.mp3", "02 - 99 Luftballons.mp3 = 02. 99 Luftballons.mp3", "03 - Bonus.mp3 = Bonus.mp3"}},
		"a number in one":   {"", []fields{upload("99 Luftballons.mp3"), upload("Nena.mp3")}, []string{"01 - 99 Luftballons.mp3 = 99 Luftballons.mp3", "02 - Nena.mp3 = Nena.mp3"}},
		"a song by number":  {"", []fields{upload("99 Luftballons.mp3")}, []string{"01 - 99 Luftballons.mp3 = 99 Luftballons.mp3"}},
		"a numbered song":   {"", []fields{upload("01 Luftballons.mp3")}, []string{"01 - Luftballons.mp3 = 01 Luftballons.mp3"}},
		"own numbers":       {"", []fields{upload("a.mp3").with("track", "12"), upload("b.mp3").with("track", 3)}, []string{"03 - b.mp3 = b.mp3", "12 - a.mp3 = a.mp3"}},
		"one has no number": {"", []fields{upload("b.mp3").with("track", "1"), upload("a.mp3")}, []string{"01 - a.mp3 = a.mp3", "02 - b.mp3 = b.mp3"}},
		"two uploads":       {"", []fields{upload("a.mp3").with("size", "9"), upload("a.wav"), upload("a.flac")}, []string{"01 - a.flac = a.flac"}},
		"lossy uploads":     {"", []fields{upload("a.mp3").with("size", "9"), upload("a.ogg").with("size", "99")}, []string{"01 - a.ogg = a.ogg"}},
		"shorten":           {"", []fields{upload("a.shn"), derived("a.mp3", "a.shn")}, []string{"01 - a.shn = a.shn"}},
		"derived of video":  {"", []fields{upload("a.mp4"), derived("a.mp3", "a.mp4")}, []string{"01 - a.mp3 = a.mp3"}},
		"originals as list": {"", []fields{upload("a.flac"), derived("z.mp3", "").with("original", []string{"a.flac", "b.flac"})}, []string{"01 - a.flac = a.flac"}},
		"name twice":        {"", []fields{upload("a.flac"), upload("a.flac")}, []string{"01 - a.flac = a.flac"}},
		"all": {"all", both[:4], []string{
			"01 - One.flac = t1.flac", "01 - One.mp3 = t1.mp3", "01 - One.mp3 = t1_64kb.mp3", "02 - t2.flac = t2.flac"}},
	} {
		if got := names(list(t, Options{Format: tt.format}, holds("show", tt.files...))); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, tt.want)
		}
	}
}

func TestCover(t *testing.T) {
	for name, tt := range map[string]struct {
		pictures []string
		want     string
	}{
		"none":          {nil, ""},
		"thumb":         {[]string{thumb}, "cover.jpg = __ia_thumb.jpg"},
		"any":           {[]string{thumb, "x.jpg"}, "cover.jpg = x.jpg"},
		"first":         {[]string{"p10.jpg", "p2.jpg"}, "cover.jpg = p2.jpg"},
		"named":         {[]string{"a.jpg", "back cover.jpg", "scans/Front.PNG"}, "cover.png = scans/Front.PNG"},
		"in the name":   {[]string{"a.jpg", "album_cover.jpeg"}, "cover.jpg = album_cover.jpeg"},
		"not the back":  {[]string{"back.jpg", "z.png"}, "cover.png = z.png"},
		"rather a jpeg": {[]string{"a.png", "z.jpg"}, "cover.jpg = z.jpg"},
	} {
		files := []fields{upload("a.flac"), derived("a.png", "a.flac")}
		for _, p := range tt.pictures {
			files = append(files, upload(p))
		}
		got := ""
		if tracks := list(t, Options{}, holds("show", files...)); len(tracks) > 1 {
			got = names(tracks)[1]
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if tracks := list(t, Options{}, holds("show", upload("cover.jpg"))); len(tracks) > 0 {
		t.Errorf("a cover of nothing: %+v", tracks)
	}
}

func TestParsers(t *testing.T) {
	for text, want := range map[string]int{"7": 7, "07": 7, "7/12": 7, " 3 of 9": 3, "": 0, "A1": 0, "-1": 0, "0": 0, "99999": 0, "9999999999999999999999": 0} {
		if got := parseNumber(text); got != want {
			t.Errorf("number %q: %d, want %d", text, got, want)
		}
	}
	for text, want := range map[string]time.Duration{
		"3:45": 225 * time.Second, "225": 225 * time.Second, "225.335": 225335 * time.Millisecond, "1:02:03": 3723 * time.Second,
		"00:31.5": 31500 * time.Millisecond, "": 0, "inf": 0, "-5": 0, "1e9": 0, "a:b": 0, "1:2:3:4": 0, "99999999999": 0, "0": 0,
	} {
		if got := parseLength(text); got != want {
			t.Errorf("length %q: %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"1977-05-08": "1977-05-08", "1977-05-08T00:00:00Z": "1977-05-08", "1977-05": "1977-05-01", "1977": "1977-01-01", "[1977]": "",
		"1977-00-00": "1977-01-01", "0000-00-00": "", "0000": "", "": "", "c. 1920": "", "1977-13-45": "1977-01-01",
	} {
		got := ""
		if d := parseDate(text); !d.IsZero() {
			got = d.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("date %q: %s, want %s", text, got, want)
		}
	}
	for _, pair := range [][2]string{{"a2", "a10"}, {"disc1/9", "disc1/10"}, {"A", "b"}, {"a", "ab"}, {"a01", "a2"}, {"1", "a"}} {
		if natural(pair[0], pair[1]) >= 0 || natural(pair[1], pair[0]) <= 0 {
			t.Errorf("%q is not before %q", pair[0], pair[1])
		}
	}
}
