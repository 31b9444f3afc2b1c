// Package text answers one question: which symbols is a text made of?
//
// Tokens says what a symbol is: a character, a byte, a word, or a part of a word that byte pair encoding found. A Vocabulary
// numbers the symbols of the training part. A Corpus is text in files as numbers, for language models; Streams cut it for
// truncated backpropagation. A Set is texts with a label or values of their own.
//
// Text is never held twice and never as one string: a corpus of 1 GB in bytes or characters takes about 1.1 GB.
//
// Letters: N rows of a batch, T steps, V symbols of a vocabulary.
package text
