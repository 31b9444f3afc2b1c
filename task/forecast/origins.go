package forecast

import (
	"recur/data"
	"recur/data/series"
	"recur/task"
)

// Origins picks the windows of origins in the past.
func (Task) Origins(d task.Data, origins, step int) task.Origins {
	p := d.(*Data).Test
	last := map[int]int{}
	for i, w := range p.Windows {
		last[w.Series] = max(last[w.Series], p.Target(i))
	}
	o := &pastOrigins{}
	i := 0
	o.part = p.Pick(func(w series.Window) bool {
		back := last[w.Series] - p.Target(i)
		i++
		if back%step != 0 || back/step >= origins {
			return false
		}
		o.origin = append(o.origin, origins-1-back/step)
		return true
	})
	return o
}

// pastOrigins are windows and the origin, from 0, of each.
type pastOrigins struct {
	part   *series.Part
	origin []int
}

func (o *pastOrigins) Part() data.Examples { return o.part }

func (o *pastOrigins) Origin(i int) int { return o.origin[i] }

func (o *pastOrigins) Pick(d task.Data, keep func(i int) bool) data.Examples {
	wanted := map[series.Window]bool{}
	for i, w := range o.part.Windows {
		wanted[w] = keep(i)
	}
	return d.(*Data).Test.Pick(func(w series.Window) bool { return wanted[w] })
}

func (o *pastOrigins) Start(i int) string {
	return stamp(&o.part.Prepared.Set.Series[o.part.Windows[i].Series], o.part.Target(i))
}

func (o *pastOrigins) Audit() task.Section { return audit(o.part.Prepared) }
