// Package models answers one question: which network is it?
//
// A Spec says it in words; a Network holds its weights, by PyTorch's names and shapes, and makes a Gorgonia graph of it
// for each batch size, number of steps and mode that is asked for. All those graphs read the same weights in place.
package models
