package series

// The seasonal profile of a series [1]: how far the rows of each phase of a season of M rows lie above or below the
// centred moving average, on average, shrunk a little to 0 while there are few of them. It is causal: the profile at origin
// t, the first row to forecast, uses rows before t alone, and it is the same function in training and in forecasting.
//
//	d_u     = g_u - (moving average of M rows, the middle one u; for even M the usual 2×M average)
//	P_t[φ]  = Σ d_u/(count + 1) over u ≤ t-1-⌊M/2⌋ with u mod M = φ, minus the mean over the phases
//	        = 0 until every phase has a value
//
// Σ d_u is kept as one running sum a row, so the profile at any origin costs O(M) and all of them O(rows) memory.
//
// [1] Classical decomposition, as in Makridakis, Wheelwright & Hyndman 1998, Forecasting: methods and applications, ch. 3.

// phaseSums returns for every row u from begin+⌊M/2⌋ on the sum of d over u, u-M, u-2M, …; rows that have no d hold 0.
func phaseSums(g []float64, begin, m int) []float64 {
	half := m / 2
	sums := make([]float64, len(g))
	if len(g)-begin < m {
		return sums
	}
	cumulated := make([]float64, len(g)-begin+1)
	for i, v := range g[begin:] {
		cumulated[i+1] = cumulated[i] + (v - g[begin])
	}
	for u := begin + half; u+half < len(g); u++ {
		sums[u] = phaseDifference(g, cumulated, begin, u, m)
		if u-m >= begin+half {
			sums[u] += sums[u-m]
		}
	}
	return sums
}

// phaseDifference is d_u. cumulated are the running sums of g from begin on, less g at begin, so that large values cost no
// digits.
func phaseDifference(g, cumulated []float64, begin, u, m int) float64 {
	half, level := m/2, g[begin]
	low, high := g[u-half]-level, g[u+half]-level
	sum := cumulated[u-begin+half] - cumulated[u-begin-half+1] // of the 2·half-1 rows around u
	if m%2 == 0 {
		sum += (low + high) / 2
	} else {
		sum += low + high
	}
	return g[u] - level - sum/float64(m)
}

// profileAt writes P_t by phase into out [M]: out[r mod M] belongs to row r. begin is the first row of the series and
// sums what phaseSums made of it.
func profileAt(sums []float64, begin, t int, out []float64) {
	m := len(out)
	first, last := begin+m/2, t-1-m/2
	if last-first+1 < m {
		clear(out)
		return
	}
	mean := 0.0
	for u := last - m + 1; u <= last; u++ {
		terms := (u-first)/m + 1
		v := sums[u] / float64(terms+1)
		out[u%m] = v
		mean += v
	}
	mean /= float64(m)
	for i := range out {
		out[i] -= mean
	}
}
