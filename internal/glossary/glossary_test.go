package glossary

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/go/packages"
)

// pending are the packages and identifiers that still have replaced names.
var pending = []string{}

// A name is one that the module gives to something.
type name struct {
	pkg  string // folder within the module
	text string // in camel case
	at   string // file and line
}

func (n name) pending() bool {
	return slices.Contains(pending, n.pkg) || slices.Contains(pending, n.pkg+"."+n.text)
}

// TestModule reads the whole module.
func TestModule(t *testing.T) {
	m := load(t)
	t.Run("names", func(t *testing.T) { testNames(t, m) })
	t.Run("locked", func(t *testing.T) { testLocked(t, m) })
}

// testNames looks for replaced names among the names of packages, files, types,
// functions, fields, constants and variables, and among the keys of log lines.
func testNames(t *testing.T, m *moduleNames) {
	if len(m.names) < 5000 || len(m.keys) < 30 {
		t.Errorf("%d names and %d keys of log lines, too few to be all", len(m.names), len(m.keys))
	}
	for _, n := range slices.Concat(m.names, m.keys) {
		if term, old := replaced(n); old != "" && !n.pending() {
			t.Errorf("%s: %s: the glossary says %s instead of %s: %s", n.at, n.text, term.Name, old, term.Meaning)
		}
	}
}

// TestText looks for words that are replaced wherever they are written.
func TestText(t *testing.T) {
	var old []string
	for _, term := range Terms {
		for _, r := range term.Not {
			if r.Text {
				old = append(old, r.Name)
			}
		}
	}
	words := regexp.MustCompile(`(?i)` + strings.Join(old, "|"))
	files := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() && file == "internal/glossary":
			return cmp.Or(err, fs.SkipDir)
		case !slices.Contains([]string{".go", ".md", ".txtar"}, path.Ext(file)) || slices.Contains(pending, path.Dir(file)):
			return nil
		}
		files++
		b, err := os.ReadFile(filepath.Join("../..", file))
		for i, line := range strings.Split(string(b), "\n") {
			if found := words.FindString(line); found != "" {
				t.Errorf("%s:%d: the glossary replaces %s", file, i+1, found)
			}
		}
		return err
	})
	if err != nil || files < 300 {
		t.Errorf("%d files, %v", files, err)
	}
}

// mutexHeld matches a comment that asks the caller for a lock.
var mutexHeld = regexp.MustCompile(`(?i)(\bmu|\bmutex|\block)\s+(and\s+\S+\s+)?(is|are|must\s+be|to\s+be)\s+held|callers?\s+(must\s+)?holds?\s+\S*(mu|lock)\b`)

// testLocked looks for functions that need a lock and do not end in Locked, where
// callers see it.
func testLocked(t *testing.T, m *moduleNames) {
	for _, f := range m.funcs {
		if mutexHeld.MatchString(f.doc) && !strings.HasSuffix(f.text, "Locked") && !f.pending() {
			t.Errorf("%s: %s needs a lock, so its name ends in Locked", f.at, f.text)
		}
	}
}

func TestReplaced(t *testing.T) {
	for _, c := range []struct{ pkg, text, want string }{
		{"fetch", "landFlight", "flight"},
		{"fetch", "flights", "flight"},
		{"fetch", "flight_test", "flight"},
		{"fetch/internal/plan", "InFlight", ""},
		{"fetch", "flighty", ""},
		{"fetch", "HTTPFlight2", "flight"},
		{"fetch/internal/slots", "askOnce", "ask"},
		{"fetch/internal/slotsandmore", "askOnce", ""},
		{"catalog", "askOnce", ""},
		{"fs/internal/events", "notices", "notice"},
		{"fetch", "forgetHeldBytes", "forgetHeld"},
		{"fetch", "forgetBytesHeld", ""},
		{"fetch", "TestCacheTurnsReadOnly", ""},
		{"fetch", "TestMirrorsByTurns", "mirror"},
		{"cmd/tunesfs", "cancelled", "cancelled"},
		{"cmd/tunesfs", "canceled", ""},
	} {
		if _, got := replaced(name{pkg: c.pkg, text: c.text}); got != c.want {
			t.Errorf("%s in %s: %q is replaced, want %q", c.text, c.pkg, got, c.want)
		}
	}
}

// testName matches the names of tests.
var testName = regexp.MustCompile(`^(Test|Benchmark|Fuzz)[A-Z]`)

// replaced returns the replaced name that n contains, "" for none, and its term.
func replaced(n name) (Term, string) {
	words := split(n.text)
	for _, term := range Terms {
		for _, old := range term.Not {
			spared := slices.Contains(old.Except, n.text) || old.Plain && testName.MatchString(n.text)
			if old.covers(n.pkg) && !spared && contains(words, split(old.Name)) {
				return term, old.Name
			}
		}
	}
	return Term{}, ""
}

func (r Replaced) covers(pkg string) bool {
	return len(r.In) == 0 || slices.ContainsFunc(r.In, func(pattern string) bool {
		root, below := strings.CutSuffix(pattern, "/...")
		return pkg == root || below && strings.HasPrefix(pkg, root+"/")
	})
}

// contains reports whether words has the words of old one after the other, the
// last of them perhaps in the plural.
func contains(words, old []string) bool {
	last := len(old) - 1
	for i := 0; i+last < len(words); i++ {
		if slices.Equal(words[i:i+last], old[:last]) && (words[i+last] == old[last] || words[i+last] == old[last]+"s") {
			return true
		}
	}
	return false
}

// split returns the words of a name in lower case: HTTPServer2_test is http,
// server and test.
func split(name string) []string {
	var words []string
	runes, begin := []rune(name), 0
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			words, begin = append(words, string(runes[begin:i])), i+1
		case i > begin && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			words, begin = append(words, string(runes[begin:i])), i
		}
	}
	words = slices.DeleteFunc(append(words, string(runes[begin:])), func(w string) bool { return w == "" })
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
	return words
}

// A function is one with its doc comment.
type function struct {
	name
	doc string
}

// A moduleNames has all names of the module.
type moduleNames struct {
	root        string
	fset        *token.FileSet
	seen        map[string]bool // files
	names, keys []name
	funcs       []function
}

// load reads the module as this system builds it, and the files of other systems
// without their types.
func load(t *testing.T) *moduleNames {
	t.Helper()
	m := &moduleNames{fset: token.NewFileSet(), seen: map[string]bool{}}
	var err error
	if m.root, err = filepath.Abs("../.."); err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{
		Dir: m.root, Fset: m.fset, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	// Of a package and the same with its tests, the latter has all files.
	slices.SortStableFunc(pkgs, func(a, b *packages.Package) int { return cmp.Compare(len(b.Syntax), len(a.Syntax)) })
	for _, p := range pkgs {
		for _, err := range p.Errors {
			t.Errorf("%s: %v", p.ID, err)
		}
		for _, f := range p.Syntax {
			m.file(f, p.TypesInfo)
		}
		for _, other := range p.IgnoredFiles {
			if strings.HasSuffix(other, ".go") && !m.seen[other] {
				f, err := parser.ParseFile(m.fset, other, nil, parser.ParseComments|parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				m.file(f, nil)
			}
		}
	}
	return m
}

// file takes in the names of a file, unless it has them already. Without types it
// takes every identifier for a name that is given here, except behind a dot.
func (m *moduleNames) file(f *ast.File, info *types.Info) {
	file := m.fset.Position(f.Package).Filename
	if m.seen[file] || !strings.HasPrefix(file, m.root+"/") {
		return // of the go command's own making: the main of a test
	}
	m.seen[file] = true
	m.add(f.Package, f.Name.Name)
	m.add(f.Package, strings.TrimSuffix(filepath.Base(file), ".go"))
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			m.funcs = append(m.funcs, function{m.at(d.Pos(), d.Name.Name), d.Doc.Text()})
		}
	}
	if info == nil {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				return false
			case *ast.Ident:
				m.add(n.Pos(), n.Name)
			}
			return true
		})
		return
	}
	for id := range maps.Keys(info.Defs) {
		if m.fset.Position(id.Pos()).Filename == file {
			m.add(id.Pos(), id.Name)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			m.call(call, info)
		}
		return true
	})
}

// call takes in the keys of a call of package log/slog: its constant strings, except
// for the message and what follows a key.
func (m *moduleNames) call(call *ast.CallExpr, info *types.Info) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	fn, ok := info.Uses[selector.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "log/slog" {
		return
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if params.At(i).Name() == "key" && len(call.Args) > i { // slog.String and its kin
			m.key(call.Args[i], info)
		}
	}
	if !fn.Signature().Variadic() || len(call.Args) < params.Len() {
		return
	}
	for args := call.Args[params.Len()-1:]; len(args) > 0; {
		if m.key(args[0], info) && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
}

// key takes in the key of a log line if e is one.
func (m *moduleNames) key(e ast.Expr, info *types.Info) bool {
	value := info.Types[e].Value
	if value == nil || value.Kind() != constant.String {
		return false
	}
	m.keys = append(m.keys, m.at(e.Pos(), constant.StringVal(value)))
	return true
}

func (m *moduleNames) add(pos token.Pos, text string) {
	m.names = append(m.names, m.at(pos, text))
}

func (m *moduleNames) at(pos token.Pos, text string) name {
	p := m.fset.Position(pos)
	file, _ := filepath.Rel(m.root, p.Filename)
	file = filepath.ToSlash(file)
	return name{pkg: path.Dir(file), text: text, at: fmt.Sprintf("%s:%d", file, p.Line)}
}
