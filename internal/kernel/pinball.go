package kernel

import "math"

// PinballLoss is the loss of quantiles [1], Σ mask·l / Σ mask with, for each
// target y, the mean over the quantiles τ, weighted by weights [Q] (nil: all
// alike), of
//
//	l = 2·max(τ·e, (τ-1)·e), e = y - pred
//
// so that the median alone gives the absolute error. pred is [n·Q], the
// quantiles of a target side by side; y and mask are [n], and a nil mask counts
// every target. It is 0 when nothing counts. grad [n·Q], unless nil, receives
// the gradient by pred, which is 0 where e is.
//
// [1] Koenker & Bassett, Regression quantiles, 1978.
func PinballLoss[F Float](quantiles, weights, pred, y, mask, grad []F) F {
	n, Q := len(y), len(quantiles)
	need("pinball: prediction", pred, n*Q, false)
	need("pinball: weights", weights, Q, true)
	need("pinball: mask", mask, n, true)
	need("pinball: grad", grad, n*Q, true)
	weight := total(n, mask)
	if weight == 0 {
		clear(grad)
		return 0
	}
	sum, scale := 0.0, 2/(total(Q, weights)*weight)
	for i, truth := range y {
		m := F(1)
		if mask != nil {
			m = mask[i]
		}
		var g []F
		if grad != nil {
			g = grad[i*Q:][:Q]
		}
		if m == 0 { // a masked truth may hold anything
			clear(g)
			continue
		}
		sum += float64(m * pinball(quantiles, weights, truth, pred[i*Q:][:Q], m*F(scale), g))
	}
	return F(sum * scale)
}

// pinball is Σ w·max(τ·e, (τ-1)·e) over the quantiles of one target; g, unless
// nil, receives its derivatives by the predictions times scale. The sign of e
// is taken from its bits: a branch that guesses it would be wrong half the time.
func pinball[F Float](quantiles, weights []F, y F, pred []F, scale F, g []F) (sum F) {
	pred = pred[:len(quantiles)]
	for q, tau := range quantiles {
		e := y - pred[q]
		slope := tau - F(math.Float64bits(float64(e))>>63)
		if weights != nil {
			slope *= weights[q]
		}
		sum += slope * e
		if g == nil {
			continue
		}
		if e == 0 {
			slope = 0
		}
		g[q] = -slope * scale
	}
	return sum
}
