// Package generate answers one question: what would a network of text write, and how likely is a text to it?
//
// A Model is the networks of a run, whose chances are averaged. It continues a prompt, symbol by symbol (Sampling says how one is
// drawn from the chances), and scores text that is there.
//
// Letters: N rows that are read side by side, T steps, V symbols.
package generate
