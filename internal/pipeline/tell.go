package pipeline

// tell tells notes one by one, where somebody listens.
func tell(f func(string), notes []string) {
	if f == nil {
		return
	}
	for _, n := range notes {
		if n != "" {
			f(n)
		}
	}
}
