package report

// Tell tells notes one by one, where somebody listens.
func Tell(f func(string), notes []string) {
	if f == nil {
		return
	}
	for _, n := range notes {
		if n != "" {
			f(n)
		}
	}
}
