package data

// Streamed are examples that a network reads in order with its state carried on: example i is a whole batch of Rows rows of Steps
// steps, and each row goes on, where Carry says so, from the state that it had at the end of example i-1. What can be told of one
// pass has Len examples; example i+k·Len is example i of pass k, in which the rows may begin elsewhere.
type Streamed interface {
	Examples
	Rows() int
	Steps() int
	// Own are the same examples with a place of their own to read on from: what Own returns is for one goroutine, and quick where
	// examples are asked for one after the other.
	Own() Streamed
}
