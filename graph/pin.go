package graph

// Gorgonia needs this module new enough for the Go that builds it: an older one ends the program at its start. Imported here,
// its version is a requirement of ours, which users of the library inherit.
import _ "go4.org/unsafe/assume-no-moving-gc"
