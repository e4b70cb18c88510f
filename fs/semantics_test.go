package fs

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// A document is what of semantics.md can be tried.
type document struct {
	tables []table
	blocks []block
}

// A table is one of Markdown's, without its rule.
type table struct {
	line int // of its head
	head []string
	rows [][]string
}

// A block is a fenced one.
type block struct {
	line  int // of its first line
	kind  string
	lines []string
}

func readDocument(t *testing.T, path string) document {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return parseDocument(strings.Split(string(text), "\n"))
}

func parseDocument(lines []string) document {
	var d document
	for i := 0; i < len(lines); i++ {
		start := i
		switch {
		case strings.HasPrefix(lines[i], "```"):
			for i++; i < len(lines) && lines[i] != "```"; i++ {
			}
			d.blocks = append(d.blocks, block{start + 2, strings.TrimPrefix(lines[start], "```"), lines[start+1 : i]})
		case strings.HasPrefix(lines[i], "|"):
			for ; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
			}
			d.tables = append(d.tables, parseTable(start+1, lines[start:i]))
		}
	}
	return d
}

func parseTable(line int, lines []string) table {
	t := table{line: line, head: cells(lines[0])}
	for _, row := range lines[min(2, len(lines)):] {
		t.rows = append(t.rows, cells(row))
	}
	return t
}

func cells(row string) []string {
	all := strings.Split(strings.Trim(row, "|"), "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// plainText takes the marks of code off a cell.
func plainText(cell string) string { return strings.Trim(cell, "`") }

// tableTests try the tables of the document, by the first word of their head.
var tableTests = map[string]func(*testing.T, table){
	"operation":             testStates,
	"an open of what is":    testFreshness,
	"opening a search when": testSearchErrors,
	"reading the root when": testRootErrors,
	"reading a track when":  testReadErrors,
	"attributes":            testAttributeErrors,
	"changes":               testChangeErrors,
	"renaming a search":     testRenames,
	"of a track":            testTrackAttributes,
	"of a folder":           testFolderAttributes,
	"sidecar":               testSidecars,
	"artist":                testNames,
	"search":                testQueries,
	"who":                   testPermissions,
}

// TestSemantics tries everything that semantics.md says.
func TestSemantics(t *testing.T) {
	needFUSE(t)
	need(t, "bash", "getfattr", "setfattr", "rsync", "python3")
	d := readDocument(t, "semantics.md")
	tried := map[string]bool{}
	for _, table := range d.tables {
		try, ok := tableTests[table.head[0]]
		if !ok || tried[table.head[0]] {
			t.Errorf("semantics.md:%d: nothing tries this table", table.line)
			continue
		}
		tried[table.head[0]] = true
		t.Run(table.head[0], func(t *testing.T) { try(t, table) })
	}
	for _, b := range d.blocks {
		switch b.kind {
		case "session":
			t.Run(fmt.Sprintf("session/%d", b.line), func(t *testing.T) { testSession(t, b) })
		case "press":
			t.Run("press", func(t *testing.T) { testPress(t, b, "paused") })
		case "leave":
			t.Run("leave", func(t *testing.T) { testPress(t, b, "downloading") })
		default:
			t.Errorf("semantics.md:%d: nothing tries this", b.line)
		}
	}
	for name := range tableTests {
		if !tried[name] {
			t.Errorf("semantics.md has no table of %q", name)
		}
	}
}

// The README shows the table of states, which must not differ.
func TestReadmeStates(t *testing.T) {
	states := func(path string) (rows [][]string) {
		for _, table := range readDocument(t, path).tables {
			if table.head[0] == "operation" {
				rows = append(table.rows, table.head)
			}
		}
		return rows
	}
	if want, got := states("semantics.md"), states("../README.md"); len(want) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("the README has the states as\n%q\nwant\n%q", got, want)
	}
}
