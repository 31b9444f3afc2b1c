package generate

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"recur/data"
	"recur/data/text"
	"recur/evaluate"
	"recur/internal/report"
)

// How a score is told in parts.
const (
	ByToken = "token" // each symbol
	ByLine  = "line"
	ByFile  = "file"
)

// Report is how likely texts are: `score --json`.
type Report struct {
	Schema int    `json:"schema"`
	Unit   string `json:"unit"` // what a symbol is
	evaluate.Language
	Tokens []Token `json:"tokens,omitempty"`
	Lines  []Line  `json:"lines,omitempty"`
	Files  []File  `json:"files,omitempty"`
	by     string
}

// Token is one symbol of a text.
type Token struct {
	Symbol string  `json:"symbol"` // a byte that is no character is written as \xNN
	LogP   float64 `json:"logp"`   // ln of its chance
	Rank   int     `json:"rank"`   // 1 is the first guess
}

// Line is one line of a text, or one document where they are lines: the end of it counts as a symbol.
type Line struct {
	Line       int     `json:"line"` // from 1; where lines are documents those without text are not counted
	Symbols    int     `json:"symbols"`
	Nats       float64 `json:"nats"`
	Bits       float64 `json:"bits"`
	Perplexity float64 `json:"perplexity"`
}

// File is one file.
type File struct {
	File string `json:"file"`
	evaluate.Language
}

// ScoreOptions say what is scored.
type ScoreOptions struct {
	Path   string    // a file, a directory or a pattern of names; "" and "-" read from In
	In     io.Reader // standard input
	By     string    // token, line, file; "": the whole alone
	OnNote func(string)
}

// scorer makes a report.
type scorer struct {
	m       *Model
	report  *Report
	losses  float64 // sum of -ln p
	symbols int
	unknown int64
	line    Line // the one at hand, its losses summed in Nats
}

// maxRead is the most bytes of standard input.
const maxRead = 1 << 30

// ScoreText scores each file from its beginning on. Faults of the text are data.Errors; what can't be told in parts is a *Misuse.
func (m *Model) ScoreText(ctx context.Context, o ScoreOptions) (*Report, error) {
	s := &scorer{m: m, report: &Report{Schema: 1, Unit: m.Unit(), by: o.By}}
	if o.By == ByLine && m.Unit() == text.Word && m.documents != text.Line {
		return nil, &Misuse{"--by line needs lines, and the run reads words, which have none; use --by token"}
	}
	texts, err := m.texts(o)
	if err != nil {
		return nil, err
	}
	if len(texts) > 1 && (o.By == ByLine || o.By == ByToken) {
		return nil, &Misuse{fmt.Sprintf("--by %s goes with one file, and %s stands for %d; name one of them, or use --by file", o.By, o.Path, len(texts))}
	}
	for _, open := range texts {
		c, err := open()
		if err != nil {
			return nil, err
		}
		report.Tell(o.OnNote, c.Notes)
		if err := s.file(ctx, c); err != nil {
			return nil, err
		}
	}
	s.report.Language = evaluate.LanguageOf(s.losses, s.symbols, 0, s.unknown)
	return s.report, nil
}

// texts open the texts one by one.
func (m *Model) texts(o ScoreOptions) (all []func() (*text.Corpus, error), err error) {
	source := text.Source{Documents: m.documents, Vocabulary: m.vocabulary}
	if o.Path == "" || o.Path == "-" {
		return append(all, func() (*text.Corpus, error) { return standardInput(source, o.In) }), nil
	}
	files, err := text.FilesOf(o.Path, "")
	for _, path := range files {
		s := source
		s.Corpus.Paths = []string{path}
		all = append(all, func() (*text.Corpus, error) { return text.Open(s) })
	}
	return all, err
}

func standardInput(source text.Source, in io.Reader) (*text.Corpus, error) {
	const name = "standard input"
	b, err := io.ReadAll(io.LimitReader(in, maxRead+1))
	switch {
	case err != nil:
		return nil, data.Errors{data.Fault(name, 0, 0, "", "can't be read: %v", data.Cause(err))}
	case len(b) > maxRead:
		return nil, data.Errors{data.Fault(name, 0, 0, "", "has more than %d bytes; save it in a file and name that", maxRead)}
	}
	return text.OpenBytes(source, name, b)
}

// file scores one file.
func (s *scorer) file(ctx context.Context, c *text.Corpus) error {
	part := c.Test
	if part.Len() == 0 {
		return data.Errors{data.Fault(c.Name, 0, 0, "", "holds one %s and nothing before it to foretell it by; give a longer text", s.m.Unit())}
	}
	losses, symbols := s.losses, s.symbols
	s.line = Line{Line: 1}
	if first, special := s.m.vocabulary.Symbol(part.Symbols.At(0)); !special { // it is not judged
		s.line.Line += strings.Count(first, "\n")
	}
	err := s.m.Score(ctx, part, s.report.by == ByToken, func(told Scored) error {
		for i, n := range told.Symbols {
			s.losses -= told.LogP[i]
			switch s.report.by {
			case ByToken:
				name, _ := s.m.vocabulary.Symbol(n)
				s.report.Tokens = append(s.report.Tokens, Token{readable(name), told.LogP[i], told.Ranks[i]})
			case ByLine:
				s.addToLine(n, told.LogP[i])
			}
		}
		s.symbols += len(told.Symbols)
		return nil
	})
	if err != nil {
		return err
	}
	s.endLine()
	s.unknown += part.Unknown
	if s.report.by == ByFile {
		s.report.Files = append(s.report.Files, File{c.Name, evaluate.LanguageOf(s.losses-losses, s.symbols-symbols, 0, part.Unknown)})
	}
	return nil
}

// addToLine counts a symbol to the line that it stands in; one that holds ends of lines ends as many.
func (s *scorer) addToLine(n int32, logp float64) {
	s.line.Symbols++
	s.line.Nats -= logp
	name, _ := s.m.vocabulary.Symbol(n)
	ends := strings.Count(name, "\n")
	if s.m.parted() && n == s.m.start[0] {
		ends = 1
	}
	if ends > 0 {
		s.endLine()
		s.line.Line += ends - 1
	}
}

// endLine keeps the line at hand, if it has any symbol.
func (s *scorer) endLine() {
	if l := s.line; l.Symbols > 0 {
		l.Nats /= float64(l.Symbols)
		l.Bits, l.Perplexity = l.Nats/math.Ln2, math.Exp(l.Nats)
		s.report.Lines = append(s.report.Lines, l)
		s.line = Line{Line: l.Line + 1}
	}
}

// readable writes bytes that are no character as \xNN.
func readable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// Write writes the parts as CSV, or without any a sentence for people.
func (r *Report) Write(w io.Writer) error {
	out := csv.NewWriter(w)
	switch r.by {
	case ByToken:
		out.Write([]string{"symbol", "logp", "rank"})
		for _, t := range r.Tokens {
			out.Write([]string{t.Symbol, data.Digits(t.LogP), strconv.Itoa(t.Rank)})
		}
	case ByLine:
		out.Write([]string{"line", "symbols", "nats", "bits", "perplexity"})
		for _, l := range r.Lines {
			out.Write([]string{strconv.Itoa(l.Line), strconv.Itoa(l.Symbols), data.Digits(l.Nats), data.Digits(l.Bits), data.Digits(l.Perplexity)})
		}
	case ByFile:
		out.Write([]string{"file", "symbols", "nats", "bits", "perplexity", "unknown"})
		for _, f := range r.Files {
			out.Write([]string{f.File, strconv.Itoa(f.Symbols), data.Digits(f.Nats), data.Digits(f.Bits), data.Digits(f.Perplexity), data.Digits(f.Unknown)})
		}
	default:
		_, err := fmt.Fprintf(w, "%.4f nats a %s (%.4f bits), perplexity %.4g\n%d %ss, %.2f%% of them unknown\n", r.Nats, r.Unit, r.Bits, r.Perplexity, r.Symbols, r.Unit, 100*r.Unknown)
		return err
	}
	out.Flush()
	return out.Error()
}
