package train

// begin gives the weights what the job has them start from.
func (t *trainer[F]) begin() error {
	if err := t.from(); err != nil || t.job.Start == nil {
		return err
	}
	start, err := t.job.Start(t.part, func(name string) []int { return t.net.Param(name).Shape })
	if err != nil {
		t.note("%v", err)
		return nil
	}
	for _, param := range t.net.Params {
		if t.job.gives(param.Name) {
			continue
		}
		for i, v := range start[param.Name] {
			param.Values[i] = F(v)
		}
	}
	return nil
}
