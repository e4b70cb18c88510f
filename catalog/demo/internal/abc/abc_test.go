package abc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// notes writes a tune's notes as start+length:key, times in sixteenths.
func notes(t *Tune) string {
	var out []string
	for _, n := range t.Notes {
		out = append(out, fmt.Sprintf("%d+%d:%d", n.Start/120, n.Length/120, n.Key))
	}
	return strings.Join(out, " ")
}

func TestMusic(t *testing.T) {
	for _, test := range []struct{ name, header, music, want string }{
		{"letters and octaves", "K:C", "C c c' C, |", "0+2:60 2+2:72 4+2:84 6+2:48"},
		{"lengths", "K:C", "C2 C/ C3/2 |", "0+4:60 4+1:60 5+3:60"},
		{"quarter by two slashes", "L:1/4\nK:C", "C// C3/4 |", "0+1:60 1+3:60"},
		{"sharp key", "K:D", "F C B |", "0+2:66 2+2:61 4+2:71"},
		{"flat key", "K:Bb", "B E A |", "0+2:70 2+2:63 4+2:69"},
		{"dorian", "K:Ddor", "B F |", "0+2:71 2+2:65"},
		{"minor with sharps", "K:F#m", "F C G D |", "0+2:66 2+2:61 4+2:68 6+2:62"},
		{"accidental holds for the bar", "M:2/8\nK:C", "^F F | F =F |", "0+2:66 2+2:66 4+2:65 6+2:65"},
		{"accidental not in other octaves", "K:C", "^F f |", "0+2:66 2+2:77"},
		{"natural in a key", "K:G", "=F F |", "0+2:65 2+2:65"},
		{"double flat", "K:C", "__B |", "0+2:69"},
		{"rest", "K:C", "C z2 C |", "0+2:60 6+2:60"},
		{"bars of rest", "M:2/8\nK:C", "Z2 | C2 |", "8+4:60"},
		{"tie across a bar", "M:2/8\nK:C", "C2- | C C |", "0+6:60 6+2:60"},
		{"stack", "K:C", "[CEG]2 C |", "0+4:60 0+4:64 0+4:67 4+2:60"},
		{"tied stack", "K:C", "[CE]-[CE] |", "0+4:60 0+4:64"},
		{"broken rhythm", "K:C", "C>D E |", "0+3:60 3+1:62 4+2:64"},
		{"broken stack", "K:C", "[CE]>D |", "0+3:60 0+3:64 3+1:62"},
		{"comment and double bar", "K:C", "C || D |] % the end", "0+2:60 2+2:62"},
		{"voices", "K:C", "V:1\nC2 |\nV:2\nE2 |\nV:1\nD2 |\nV:2\nF2 |", "0+4:60 0+4:64 4+4:62 4+4:65"},
		{"parts", "P:ABA\nK:C", "P:A\nC |\nP:B\nD |", "0+2:60 2+2:62 4+2:60"},
		{"chords by pattern", "M:2/4\n%%MIDI gchord fc\nK:C", `"C"z4 |`, "0+4:48 4+4:60 4+4:64 4+4:67"},
		{"bass of its own", "M:2/4\n%%MIDI gchord f2\nK:C", `"D/F#"z4 |`, "0+8:42"},
		{"arpeggio past the chord", "M:2/4\n%%MIDI gchord ghij\nK:C", `"Am"z4 |`, "0+2:57 2+2:60 4+2:64 6+2:69"},
		{"chord changes in a bar", "M:2/4\n%%MIDI gchord ff\nK:C", `"C"z2 "G7"z2 |`, "0+4:48 4+4:43"},
		{"pattern of an upbeat", "M:2/4\n%%MIDI gchord fz2f\nK:C", `"C"z2 | z4 |`, "2+2:48 4+2:48 10+2:48"},
		{"chord carried over", "M:2/4\nP:AB\n%%MIDI gchord f2\nK:C", "P:A\n\"C\"z4 |\nP:B\nz4 |", "0+8:48 8+8:48"},
		{"both", "M:1/4\n%%MIDI gchord b\nK:C", `"Cm"z2 |`, "0+4:48 0+4:60 0+4:63 0+4:67"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tune, err := Parse(test.header + "\n" + test.music)
			if err != nil {
				t.Fatal(err)
			}
			if got := notes(tune); got != test.want {
				t.Errorf("notes\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFields(t *testing.T) {
	got, err := Parse("X:7\nT:A Tune\nC:Somebody\nB:A Book\nG:Folk\nO:Here\nI:released 2026-01-31\n" +
		"M:6/8\nL:1/8\nQ:3/8=60\n%%MIDI program 46\nK:C\nC6 |\r\n")
	if err != nil {
		t.Fatal(err)
	}
	got.Notes = nil
	want := Tune{Number: 7, Title: "A Tune", Composer: "Somebody", Book: "A Book", Group: "Folk", Origin: "Here",
		Released: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Tempo: 90, Program: 46, Length: 1440}
	if fmt.Sprint(*got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", *got, want)
	}
}

func TestAccents(t *testing.T) {
	tune, err := Parse("M:2/4\nL:1/4\nK:C\nC | D E | F G |")
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, n := range tune.Notes {
		got = append(got, n.Velocity-velocityTune)
	}
	if want := []int{0, velocityAccent, 0, velocityAccent, 0}; !slices.Equal(got, want) {
		t.Errorf("accents %v, want %v", got, want)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "not written"},
		{"K:C", "not written"},
		{"K:C\nz |", "no notes"},
		{"C |", "line 1: music before the key"},
		{"Y:1\nK:C\nC |", "unknown field Y"},
		{"K:C\nT:late\nC |", "unknown field T: in the music"},
		{"K:H\nC |", "not a key or chord"},
		{"K:Cxyz\nC |", "not a key"},
		{"X:0\nK:C\nC |", "want a number from 1"},
		{"M:3\nK:C\nC |", "want a number"},
		{"M:1/7\nK:C\nC |", "too fine"},
		{"Q:1/64=1\nK:C\nC |", "slower"},
		{"I:released yesterday\nK:C\nC |", "cannot parse"},
		{"I:hello\nK:C\nC |", "unknown instruction"},
		{"%%MIDI program 128\nK:C\nC |", "0 to 127"},
		{"%%MIDI gchord x\nK:C\nC |", "not a pattern"},
		{"%%MIDI drum on\nK:C\nC |", "unknown directive"},
		{"%%page\nK:C\nC |", "unknown directive"},
		{"P:AB\nK:C\nP:A\nC |", `part "B" is played and not written`},
		{"P:A\nK:C\nP:A\nC |\nP:A\nD |", "once"},
		{"K:C\n(3CDE |", "is not a note"},
		{"K:C\nC", "no bar line"},
		{"K:C\n[CE |", "not a note"},
		{"K:C\n[CE", "without an end"},
		{"K:C\n[] |", "without a note"},
		{"K:C\n^", "a note is missing"},
		{"K:C\nC,,,,, |", "out of the range"},
		{"K:C\nC/7 |", "too fine"},
		{"K:C\n-C |", "tie without"},
		{"K:C\nC-D |", "tie to another"},
		{"K:C\nC-z |", "tie to a rest"},
		{"K:C\nC- |", "within a tie"},
		{"K:C\n>C |", "nothing before >"},
		{"K:C\nC>D/16 |", "too short a note after >"},
		{"K:C\n\"Q\"C |", "not a key or chord"},
		{"K:C\n\"C9\"C |", "not a kind"},
		{"K:C\n\"C/x\"C |", "not a bass"},
		{"K:C\n\"CC |", "chord symbol without"},
		{"M:2/8\nK:C\nCD | C | CD |", "bar 2 lasts 240 ticks of 480"},
		{"M:2/8\nK:C\nCDE |", "bar 1 lasts 720"},
		{"K:C\nV:1\nC2 |\nV:2\nC |", "voices last"},
		{"K:C\n" + strings.Repeat("C", maxText), "longer than"},
		{"P:" + strings.Repeat("A", 65) + "\nK:C\nP:A\nC |", "more than 64 parts"},
		{"M:4/4\nK:C\n" + strings.Repeat("z64|z64|", 70), "too long a part"},
	} {
		_, err := Parse(test.text)
		if !errors.Is(err, ErrSyntax) || !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%.40q: error %v, want one with %q", test.text, err, test.want)
		}
	}
}

// FuzzParse: whatever the text, an error or a tune within its bounds.
func FuzzParse(f *testing.F) {
	f.Add("M:1/64\n%%MIDI gchord f99c99\nK:C\n\"C\"z/8 |")
	f.Add("X:1\nM:3/4\nL:1/8\nP:AA\n%%MIDI gchord fzczcz\nK:Gm\nP:A\n\"Gm\"^G>A [Bd]2- [Bd]z |Z2|\nV:2\nC,6|Z2|")
	f.Fuzz(func(t *testing.T, text string) {
		tune, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrSyntax) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if len(tune.Notes) == 0 || len(tune.Notes) > 2*maxNotes || tune.Tempo < 1 {
			t.Fatalf("%d notes, tempo %d", len(tune.Notes), tune.Tempo)
		}
		for _, n := range tune.Notes {
			end := n.Start + n.Length
			if n.Start < 0 || n.Length < 1 || end > tune.Length+tune.Length || n.Key < 0 || n.Key > 127 || n.Velocity < 1 || n.Velocity > 127 {
				t.Fatalf("note out of bounds: %+v of %d ticks", n, tune.Length)
			}
		}
	})
}
