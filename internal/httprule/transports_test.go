package httprule

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryTransportIsBounded reads the module: each http.Transport that is made bounds
// the heads of responses, and none is net/http's own.
func TestEveryTransportIsBounded(t *testing.T) {
	made := 0
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "fetchtest") || strings.Contains(path, "torture") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if !isHTTP(n.Type, "Transport") {
					return true
				}
				if made++; !hasKey(n, "MaxResponseHeaderBytes") {
					t.Errorf("%s: an http.Transport without a bound for heads", path)
				}
			case *ast.SelectorExpr:
				own := isHTTP(n, "DefaultTransport") || isHTTP(n, "DefaultClient") || isHTTP(n, "Get") || isHTTP(n, "Post")
				if own && filepath.Base(path) != "location.go" {
					t.Errorf("%s: net/http's own client", path)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || made < 3 {
		t.Errorf("%d transports, %v", made, err)
	}
	if usualTransport.MaxResponseHeaderBytes != MaxHeader {
		t.Error("the usual transport has no bound for heads")
	}
}

// isHTTP reports whether an expression is a name of net/http.
func isHTTP(e ast.Expr, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	from, ok := s.X.(*ast.Ident)
	return ok && from.Name == "http"
}

func hasKey(l *ast.CompositeLit, name string) bool {
	for _, e := range l.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
				return true
			}
		}
	}
	return false
}
