package pipeline

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"recur/generate"
	"recur/internal/runs"
	"recur/task"
	"recur/task/forecast"
	"recur/task/values"
)

// roots are what commands print with --json. As many calls of printJSON are there in cmd/recur.
var roots = []any{Evaluation{}, task.Predictions{}, Comparison{}, Backtest{}, Summary{}, Plan{}, BenchReport{}, PairsReport{}, Verification{}, CheckpointInfo{}, Written{}, generate.Report{}}

// members are objects in JSON that stand behind an interface.
var members = []any{values.Report{}, forecast.SeriesReport{}, task.Verdict{}, values.Metrics{}}

// unexplained are numbers in JSON that are no figures: versions and places in lists.
var unexplained = map[string]bool{"schema": true, "format": true, "seed": true}

// Every name of a column and every number in JSON is explained by `recur help metrics`.
func TestGlossaryIsWhole(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, header := range headers(t) {
		names[header] = "a table"
	}
	for _, list := range [][]string{values.Columns, strings.Split(strings.TrimSpace(runs.MetricsHeader), ","), {validationLoss, validationOWA, validationMixed, "min", "median", "GFLOP/s", "peak", "cell B,T,I,H,layers"}} {
		for _, name := range list {
			names[name] = "a table"
		}
	}
	for _, root := range slices.Concat(roots, members) {
		v := filled(reflect.TypeOf(root), 0)
		b, err := json.Marshal(v.Interface())
		if err != nil {
			t.Fatal(err)
		}
		var decoded any
		if err := json.Unmarshal(b, &decoded); err != nil {
			t.Fatal(err)
		}
		numbersOf(decoded, func(key string) { names[key] = reflect.TypeOf(root).Name() })
	}
	for _, set := range [][]string{{"data.season=[4, 8]"}, {"recipe=plain", "data.window=8"}} {
		p, err := Prepare(single(t, set...))
		if err != nil {
			t.Fatal(err)
		}
		methods, _, err := p.Methods(nil, p.Part("test"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range methods {
			names[name] = "the simple methods"
		}
	}
	names["constant"] = "the simple methods"
	for name, where := range names {
		if name != "" && !unexplained[name] && !Explains(name) {
			t.Errorf("%q of %s is not on the page `recur help metrics`; add it to Glossary", name, where)
		}
	}
	if len(names) < 80 {
		t.Errorf("only %d names are found", len(names))
	}
}

// No call of printJSON is forgotten among the roots.
func TestRootsAreWhole(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../cmd/recur/*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			calls += strings.Count(string(text), "printJSON(cmd")
		}
	}
	if calls != len(roots) {
		t.Errorf("commands print JSON in %d places, the test knows %d types; add the new one to roots", calls, len(roots))
	}
}

// headers are the words in the headers of the tables that this room and those of the tasks make.
func headers(t *testing.T) (words []string) {
	t.Helper()
	var paths []string
	for _, rooms := range []string{"*.go", "../../task/*.go", "../../task/*/*.go"} {
		found, err := filepath.Glob(rooms)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Header" {
					words = append(words, literals(kv.Value)...)
				}
			}
			return true
		})
	}
	if len(words) < 15 {
		t.Fatalf("only %q are found", words)
	}
	return words
}

// literals are the texts in an expression but for those that are put together at run time, which name what rows are.
func literals(e ast.Expr) (texts []string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if _, ok := n.(*ast.BinaryExpr); ok {
			return false
		}
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}

// filled is a value of a type with one element in every list and map, so that all its keys are in its JSON.
func filled(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	if depth > 12 {
		return v
	}
	switch t.Kind() {
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct || t.Elem().Kind() == reflect.Float64 {
			v.Set(filled(t.Elem(), depth+1).Addr())
		}
	case reflect.Slice:
		v.Set(reflect.Append(v, filled(t.Elem(), depth+1)))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		if t.Elem().Kind() != reflect.Interface {
			v.SetMapIndex(reflect.ValueOf("-"), filled(t.Elem(), depth+1))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if f := v.Field(i); f.CanSet() {
				f.Set(filled(t.Field(i).Type, depth+1))
			}
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.String:
		v.SetString("-")
	}
	return v
}

// numbersOf calls yield with every key whose value is a number or a list of numbers.
func numbersOf(v any, yield func(key string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			list, _ := one.([]any)
			if len(list) > 0 {
				_, isNumber := list[0].(float64)
				if isNumber && key != "values" {
					yield(key)
				}
			}
			if _, ok := one.(float64); ok && key != "-" {
				yield(key)
			}
			numbersOf(one, yield)
		}
	case []any:
		for _, one := range v {
			numbersOf(one, yield)
		}
	}
}
