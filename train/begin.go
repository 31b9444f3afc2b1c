package train

// begin gives the weights what the job has them start from.
func (t *trainer[F]) begin() {
	if t.job.Start == nil {
		return
	}
	start, err := t.job.Start(t.part, func(name string) []int { return t.net.Param(name).Shape })
	if err != nil {
		t.note("%v", err)
		return
	}
	for _, param := range t.net.Params {
		for i, v := range start[param.Name] {
			param.Values[i] = F(v)
		}
	}
}
