package kernel

import "math"

// The tasks of a CrossEntropy, in the order in which a block's rows go through them.

// rowsOf is where a group begins and how many rows it has.
func (l *CrossEntropy[F]) rowsOf(group int) (from, n int) {
	from = group * l.group
	return from, min(l.group, l.n-from)
}

// classesOf is the same for a chunk of classes.
func (l *CrossEntropy[F]) classesOf(chunk int) (from, n int) {
	from = chunk * l.chunk
	return from, min(l.chunk, l.spec.V-from)
}

// lossTurn is how many features are turned at a time, and lossRows how many rows
// get their gradients, which keeps what they touch in the first cache.
const (
	lossTurn = 16
	lossRows = 32
)

// groupTask does for a group of rows, whose classes are one chunk, all but the
// gradients by the weights, while everything lies in the second cache.
func (l *CrossEntropy[F]) groupTask(g, worker int) {
	l.turnGroup(g, worker)
	l.logitsTask(g, worker)
	l.joinGroup(g, worker)
	if l.wanted() {
		l.shadeTask(g, worker)
		if l.out.DX != nil {
			l.backFeatures(g, 0)
		}
	}
}

// turnGroup writes the panels of a group's transposed features.
func (l *CrossEntropy[F]) turnGroup(g, _ int) {
	H, o := l.spec.H, l.ops
	from, n := l.rowsOf(g)
	if !l.dense {
		for i, r := range l.rows[l.first+from:][:n] {
			copy(l.x[(from+i)*H:][:H], l.in.X[r*H:])
		}
	}
	x := l.features()
	for j := 0; j < n; j += o.cols {
		w := min(o.cols, n-j)
		for h := 0; h < H; h += lossTurn {
			o.transpose(w, min(lossTurn, H-h), l.xt[(from+j)*H+h*w:], w, x[(from+j)*H+h:], H)
		}
	}
}

// logitsTask makes the logits of a chunk of classes and a group of rows, what
// is wanted of them, and their exponentials.
func (l *CrossEntropy[F]) logitsTask(task, worker int) {
	groups := (l.n + l.group - 1) / l.group
	c, g := task/groups, task%groups
	v, m := l.classesOf(c)
	i, n := l.rowsOf(g)
	s, o := l.spec, l.ops
	z, ld := l.z, l.group
	if !s.Train {
		z = z[worker*l.chunk*l.group:]
	} else {
		z, ld = l.z[v*l.ld+i:], l.ld
	}
	for j := 0; j < n; j += o.cols {
		w := min(o.cols, n-j)
		o.gemm(z[j:], ld, l.in.W[v*s.H:], s.H, 1, l.xt[(i+j)*s.H:], w, m, w, s.H, nil, false)
	}
	bias := l.none
	if l.in.B != nil {
		bias = l.in.B[v:]
	}
	at := c*l.ld + i
	most, sum, share := l.most[at:][:n], l.sum[at:][:n], l.share[at:][:n]
	for j := range most {
		most[j] = F(math.Inf(-1))
	}
	o.maxRows(m, n, z, ld, bias, most)
	for j, y := range l.targets[i:][:n] {
		if y >= v && y < v+m {
			l.own[i+j] = z[(y-v)*ld+j]
		}
	}
	if s.Smoothing > 0 {
		clear(share)
		o.addRows(m, n, share, 0, z, ld)
	}
	clear(sum)
	o.expRows(m, n, z, ld, most, sum)
}

// joinGroup joins the chunks' sums to the losses of a group's rows, and turns
// most into the factor that makes c·p of a chunk's exponentials.
func (l *CrossEntropy[F]) joinGroup(g, _ int) {
	i, n := l.rowsOf(g)
	o, most := l.ops, l.most[i:]
	top, dump, total := l.top[i:][:n], l.dump[i:][:n], l.total[i:][:n]
	for j := range top {
		top[j] = F(math.Inf(-1))
	}
	o.maxRows(l.chunks, n, most, l.ld, l.none, top)
	clear(dump)
	o.expRows(l.chunks, n, most, l.ld, top, dump)
	clear(total)
	for c := range l.chunks {
		sum := l.sum[c*l.ld+i:][:n]
		for j, e := range most[c*l.ld:][:n] {
			total[j] += float64(e) * float64(sum[j])
		}
	}
	for j, v := range total {
		log := float64(top[j]) + math.Log(v)
		if l.copies != nil {
			var factor float64
			factor, total[j] = l.copyLoss(i+j, log)
			dump[j] = F(factor / v)
			continue
		}
		dump[j] = F(float64(l.weight[i+j]) / v)
		total[j] = l.rowLoss(i+j, log)
	}
	for c := range l.chunks {
		e := most[c*l.ld:][:n]
		for j, v := range dump {
			e[j] *= v
		}
	}
}

// rowLoss is what row i of the block adds to the loss, given the logarithm of
// the sum of its exponentials.
func (l *CrossEntropy[F]) rowLoss(i int, log float64) float64 {
	s, own := l.spec, float64(l.own[i])
	if l.out.LogP != nil {
		l.out.LogP[l.rows[l.first+i]] = F(own - log)
	}
	if l.weight[i] == 0 {
		return 0
	}
	q := log - (1-s.Smoothing)*own
	if s.Smoothing > 0 {
		q -= s.Smoothing / float64(s.V) * l.sumOfLogits(i)
	}
	return float64(l.weight[i]) * q
}

// sumOfLogits is that of row i of the block, of a loss that smooths.
func (l *CrossEntropy[F]) sumOfLogits(i int) (sum float64) {
	for c := range l.chunks {
		sum += float64(l.share[c*l.ld+i])
	}
	return sum
}

// copyLoss is rowLoss of a CopyEntropy, and the factor that makes of a chance what the gradient by the logit has of it.
func (l *CrossEntropy[F]) copyLoss(i int, log float64) (factor, loss float64) {
	c, eps, row := float64(l.weight[i]), l.spec.Smoothing, l.rows[l.first+i]
	logP, share := l.copies.join(row, l.targets[i], float64(l.own[i])-log, (1-eps)*c)
	if l.out.LogP != nil {
		l.out.LogP[row] = F(logP)
	}
	l.shares[i] = F((1 - eps) * c * share)
	q := -(1 - eps) * logP
	if eps > 0 {
		q += eps * (log - l.sumOfLogits(i)/float64(l.spec.V))
	}
	return c * ((1-eps)*share + eps), c * q
}

// shadeTask turns a part of the exponentials into the gradient by the logits,
// c·(p - q), and sums it over the group's rows.
func (l *CrossEntropy[F]) shadeTask(task, _ int) {
	groups := (l.n + l.group - 1) / l.group
	c, g := task/groups, task%groups
	v, m := l.classesOf(c)
	i, n := l.rowsOf(g)
	z, sums := l.z[v*l.ld+i:], l.dsum[(g*l.chunks+c)*l.chunk:][:m]
	l.ops.shadeRows(m, n, z, l.ld, l.most[c*l.ld+i:], l.even[i:], sums)
	keep := F(1 - l.spec.Smoothing)
	for j, y := range l.targets[i:][:n] {
		if y >= v && y < v+m {
			d := keep * l.weight[i+j]
			if l.copies != nil {
				d = l.shares[i+j]
			}
			z[(y-v)*l.ld+j] -= d
			sums[y-v] -= d
		}
	}
}

// gradientTask makes one panel of columns of the gradient by W, for a chunk of
// classes, or what a segment of classes adds to that by X, for a group of rows.
func (l *CrossEntropy[F]) gradientTask(task, _ int) {
	weights := l.chunks * l.panels()
	if task < weights {
		l.backWeight(task/l.panels(), task%l.panels())
	} else if task -= weights; l.out.DX != nil {
		l.backFeatures(task/l.segments, task%l.segments)
	}
}

func (l *CrossEntropy[F]) backWeight(c, panel int) {
	H, o := l.spec.H, l.ops
	v, m := l.classesOf(c)
	h := panel * o.cols
	if l.out.DB != nil && panel == 0 {
		l.backBias(c, l.out.DB[v:][:m])
	}
	if l.out.DW == nil {
		return
	}
	x, w := l.features(), min(o.cols, H-h)
	for k := 0; k < l.n; k += l.group {
		o.gemm(l.out.DW[v*H+h:], H, l.z[v*l.ld+k:], l.ld, 1, x[k*H+h:], H, m, w, min(l.group, l.n-k), nil, l.acc || k > 0)
	}
}

// backBias adds up the groups' sums of a chunk.
func (l *CrossEntropy[F]) backBias(c int, db []F) {
	if !l.acc {
		clear(db)
	}
	for g := range (l.n + l.group - 1) / l.group {
		for j, v := range l.dsum[(g*l.chunks+c)*l.chunk:][:len(db)] {
			db[j] += v
		}
	}
}

// backFeatures sums over a segment, chunk by chunk, all panels of one after the
// other, while it lies in the second cache.
func (l *CrossEntropy[F]) backFeatures(g, segment int) {
	H, o := l.spec.H, l.ops
	i, n := l.rowsOf(g)
	dx := l.partOfX(segment)[i*H:]
	first, last := segment*l.chunks/l.segments, (segment+1)*l.chunks/l.segments
	for c := first; c < last; c++ {
		v, m := l.classesOf(c)
		for r := 0; r < n; r += lossRows {
			for h := 0; h < H; h += o.cols {
				o.gemm(dx[r*H+h:], H, l.z[v*l.ld+i+r:], 1, l.ld, l.in.W[v*H+h:], H, min(lossRows, n-r), min(o.cols, H-h), m, nil, c > first)
			}
		}
	}
}

// partOfX is where a segment's part of the block's gradient by X is made: that
// of the first in its place, when all rows count.
func (l *CrossEntropy[F]) partOfX(segment int) []F {
	if segment == 0 && l.dense {
		return l.out.DX[l.first*l.spec.H:][:l.n*l.spec.H]
	}
	return l.dx[segment*l.block*l.spec.H:][:l.n*l.spec.H]
}

// sumTask adds up the segments' parts of a group's gradient by X, and puts it
// in its place.
func (l *CrossEntropy[F]) sumTask(g, _ int) {
	H := l.spec.H
	i, n := l.rowsOf(g)
	sum := l.partOfX(0)[i*H:][:n*H]
	for segment := 1; segment < l.segments; segment++ {
		l.ops.addRows(1, n*H, sum, 0, l.partOfX(segment)[i*H:], 0)
	}
	if l.dense {
		return
	}
	for j, r := range l.rows[l.first+i:][:n] {
		copy(l.out.DX[r*H:][:H], sum[j*H:])
	}
}
