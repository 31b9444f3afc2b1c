package task

// Usage is the error of a command line that asks for something that does not exist.
type Usage struct{ Message string }

func (e *Usage) Error() string { return e.Message }
