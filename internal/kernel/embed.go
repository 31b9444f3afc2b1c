package kernel

// Embedding says where the rows of a matrix x [N,Columns] hold numbers of
// names: from column From on a row is cut into pieces of Values amounts and,
// after them, one number of a name for each table. Every such number becomes
// Size values, a row of its table.
type Embedding struct {
	N, Columns, From int
	Values, Size     int
	Tables           int
}

// pieces is how many pieces a row of x has.
func (e Embedding) pieces() int { return (e.Columns - e.From) / (e.Values + e.Tables) }

// Width is the length of a row of the result: the pieces with their names embedded.
func (e Embedding) Width() int { return e.pieces() * (e.Values + e.Tables*e.Size) }

// EmbedForward writes y [N,Width]: every piece of x with the rows of the
// tables [names,Size] that its last numbers name. A number that names no row
// counts as 0.
func EmbedForward[F Float](e Embedding, x []F, tables [][]F, y []F) {
	e.each(func(from, to int) {
		copy(y[to:], x[from:from+e.Values])
		for i, table := range tables {
			copy(y[to+e.Values+i*e.Size:][:e.Size], table[rowOf(x[from+e.Values+i], len(table)/e.Size)*e.Size:])
		}
	}, len(x))
}

// EmbedBackward writes the gradient of each table from dy [N,Width]: for a row
// the sum over all its uses. Row 0, which stands for no known name, gets none.
func EmbedBackward[F Float](e Embedding, x, dy []F, gradients [][]F) {
	for _, g := range gradients {
		clear(g)
	}
	e.each(func(from, to int) {
		for i, g := range gradients {
			row := rowOf(x[from+e.Values+i], len(g)/e.Size)
			if row == 0 {
				continue
			}
			d := dy[to+e.Values+i*e.Size:][:e.Size]
			for k := range d {
				g[row*e.Size+k] += d[k]
			}
		}
	}, len(x))
}

// each calls f for every piece with where it begins in x and in y.
func (e Embedding) each(f func(from, to int), n int) {
	if n != e.N*e.Columns || e.pieces()*(e.Values+e.Tables) != e.Columns-e.From {
		panic("kernel: embedding: x does not fit")
	}
	to := 0
	for r := range e.N {
		for p := range e.pieces() {
			f(r*e.Columns+e.From+p*(e.Values+e.Tables), to)
			to += e.Values + e.Tables*e.Size
		}
	}
}

// rowOf is the row of a table, of so many rows, that a number names.
func rowOf[F Float](number F, rows int) int {
	if number > 0 && number < F(rows) {
		return int(number)
	}
	return 0
}
