package ngram

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ARPA is an n-gram model of words that another program has counted, as text in ARPA's format [1]: for each n-gram the logarithm of its
// probability to the base 10, and what the logarithms of longer ones lose where they are not listed. It does not change and is safe for concurrent use.
//
// [1] Jurafsky & Martin, Speech and language processing, 3.4; the manual page ngram-format of SRILM.
type ARPA struct {
	Order int // n

	words  map[string]int32
	levels []*level // [n+1], as those of Model; the first is the empty n-gram
	listed []arpaLevel
}

// arpaLevel is what is said of the nodes of a level.
type arpaLevel struct {
	logp    []float64 // natural; NaN where the n-gram is not listed itself but is the beginning of one that is
	backoff []float64
}

// Limits of a file in ARPA's format: what is above them is refused before memory is taken for it.
const (
	MaxARPAOrder = 16
	MaxARPALine  = 1 << 16 // bytes
)

// never is what stands for no probability at all in the format, and for words that the model lacks where it has no <unk>.
const never = -99

// The words of the format that are none.
const (
	arpaStart   = "<s>"
	arpaEnd     = "</s>"
	arpaUnknown = "<unk>"
)

// ARPAError says what is wrong with a file, and in which line.
type ARPAError struct {
	Line   int // from 1
	Reason string
}

func (e *ARPAError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// ReadARPA reads a model of no more than nodes n-grams; 0: DefaultNodes. What stands before \data\ is not read. The error is an *ARPAError, or the reader's.
func ReadARPA(from io.Reader, nodes int) (*ARPA, error) {
	if nodes == 0 {
		nodes = DefaultNodes
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 4096), MaxARPALine)
	r := &arpaReader{lines: lines, nodes: nodes, arpa: &ARPA{words: map[string]int32{}}}
	r.arpa.level()
	r.arpa.add(0, 0, 0)
	if err := r.read(); err != nil {
		return nil, err
	}
	return r.arpa, nil
}

// arpaReader reads one file.
type arpaReader struct {
	arpa   *ARPA
	lines  *bufio.Scanner
	line   int
	nodes  int   // that may still be added
	counts []int // n-grams of each length, by the head of the file
	places []int32
}

func (r *arpaReader) fault(format string, args ...any) error {
	return &ARPAError{r.line, fmt.Sprintf(format, args...)}
}

// next is the next line that is not empty; "" is the end of the file, which is an error where more must come.
func (r *arpaReader) next(want string) (string, error) {
	for r.lines.Scan() {
		r.line++
		if text := strings.TrimSpace(r.lines.Text()); text != "" {
			return text, nil
		}
	}
	r.line++
	switch err := r.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return "", r.fault("it is longer than %d bytes; want an n-gram", MaxARPALine)
	case err != nil:
		return "", err
	}
	return "", r.fault("the file ends here; want %s", want)
}

func (r *arpaReader) read() error {
	for text := ""; text != `\data\`; {
		var err error
		if text, err = r.next(`\data\`); err != nil {
			return err
		}
	}
	text, err := r.head()
	if err != nil {
		return err
	}
	for n := range r.counts {
		if text, err = r.section(n+1, text); err != nil {
			return err
		}
	}
	if text != `\end\` {
		return r.fault(`got %q, want \end\ behind the %d-grams, as the head says`, text, len(r.counts))
	}
	return nil
}

// head reads how many n-grams there are, and returns the line behind.
func (r *arpaReader) head() (string, error) {
	total := 0
	for {
		text, err := r.next("the n-grams")
		rest, ok := strings.CutPrefix(text, "ngram")
		if err != nil || !ok {
			if err == nil && len(r.counts) == 0 {
				err = r.fault(`got %q, want "ngram 1=" and how many words there are`, text)
			}
			r.arpa.Order = len(r.counts)
			return text, err
		}
		length, count, _ := strings.Cut(rest, "=")
		n, first := strconv.Atoi(strings.TrimSpace(length))
		many, second := strconv.Atoi(strings.TrimSpace(count))
		switch {
		case first != nil || second != nil || n != len(r.counts)+1 || many < 0:
			return "", r.fault(`got %q, want "ngram %d=" and how many there are`, text, len(r.counts)+1)
		case n > MaxARPAOrder:
			return "", r.fault("the model is of order %d, want at most %d", n, MaxARPAOrder)
		case many > r.nodes-total:
			return "", r.fault("the model has more than %d n-grams; prune it, or take a lower order", r.nodes)
		}
		total += many
		r.counts = append(r.counts, many)
	}
}

// section reads the n-grams of a length, of which the title is given, and returns the line behind.
func (r *arpaReader) section(n int, title string) (string, error) {
	if want := fmt.Sprintf(`\%d-grams:`, n); title != want {
		return "", r.fault("got %q, want %s", title, want)
	}
	r.arpa.level()
	read := 0
	for {
		text, err := r.next(`\end\`)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(text, `\`) && (text == `\end\` || strings.HasSuffix(text, "-grams:")) {
			if read != r.counts[n-1] {
				return "", r.fault("there are %d %d-grams before it and the head of the file says %d; the file is cut off, or not what was written", read, n, r.counts[n-1])
			}
			return text, nil
		}
		if read++; read > r.counts[n-1] {
			return "", r.fault("%q is one %d-gram more than the %d that the head of the file says", text, n, r.counts[n-1])
		}
		if err := r.gram(n, text); err != nil {
			return "", err
		}
	}
}

// gram reads an n-gram: its logarithm, its words and, unless there is none, what longer ones lose.
func (r *arpaReader) gram(n int, text string) error {
	parts := strings.Fields(text)
	if len(parts) != n+1 && len(parts) != n+2 {
		return r.fault("%q has %d parts, want a logarithm, %d words, and a logarithm or nothing", text, len(parts), n)
	}
	logp, err := r.number(parts[0])
	if err != nil {
		return err
	}
	if logp > 1e-4 {
		return r.fault("the logarithm %s is of a probability above 1", parts[0])
	}
	backoff := 0.0
	if len(parts) == n+2 {
		if backoff, err = r.number(parts[n+1]); err != nil {
			return err
		}
	}
	r.places = r.places[:0]
	for _, word := range parts[1 : n+1] {
		at, ok := r.arpa.words[word]
		if !ok && n > 1 {
			return r.fault("the word %q is none of the 1-grams", word)
		}
		if !ok {
			at = int32(len(r.arpa.words))
			r.arpa.words[word] = at
		}
		r.places = append(r.places, at)
	}
	return r.keep(logp, backoff, text)
}

// number is a logarithm to the base 10 as one to the base e. Some programs write -inf for no probability.
func (r *arpaReader) number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(v) || v > 1e6 {
		return 0, r.fault("%q is no logarithm", text)
	}
	return math.Ln10 * max(v, never), nil
}

// keep lists the n-gram of places. One that it begins with and that is not listed is made, for programs prune.
func (r *arpaReader) keep(logp, backoff float64, text string) error {
	a, node := r.arpa, int32(0)
	for i, word := range r.places {
		next := a.levels[i+1].find(node, word)
		if next < 0 {
			if r.nodes == 0 {
				return r.fault("the model needs more n-grams than memory is granted for; prune it, or take a lower order")
			}
			r.nodes--
			next = a.add(i+1, node, word)
		}
		node = next
	}
	of := &a.listed[len(r.places)]
	if !math.IsNaN(of.logp[node]) {
		return r.fault("%q is there twice", text)
	}
	of.logp[node], of.backoff[node] = logp, backoff
	return nil
}

// level begins the n-grams that are a word longer.
func (a *ARPA) level() {
	a.levels, a.listed = append(a.levels, newLevel()), append(a.listed, arpaLevel{})
}

// add makes the node of a word behind a context, which is not there yet; length is that of the n-gram.
func (a *ARPA) add(length int, context, word int32) int32 {
	node, _ := a.levels[length].add(context, word)
	of := &a.listed[length]
	of.logp, of.backoff = append(of.logp, math.NaN()), append(of.backoff, 0)
	return node
}
