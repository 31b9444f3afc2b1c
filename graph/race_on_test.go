//go:build race

package graph

// racing says that the race detector slows everything down tenfold: the large shapes are left to the runs without it.
const racing = true
