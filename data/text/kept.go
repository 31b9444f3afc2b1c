package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// kept is the form of a vocabulary in a checkpoint. Bytes need no symbols and bpe no more than its merges.
type kept struct {
	Schema   int        `json:"schema"`
	Tokens   Tokens     `json:"tokens"`
	Special  []string   `json:"special"`
	Symbols  []string   `json:"symbols,omitempty"`
	Counts   []int64    `json:"counts"`
	Merges   [][2]int32 `json:"merges,omitempty"`
	Checksum string     `json:"checksum,omitempty"` // SHA-256 in hex of the rest, as JSON without this field
}

const schema = 1

// MarshalJSON gives the form that is kept in a checkpoint: {"schema", "tokens", "special", "symbols" or "merges", "counts",
// "checksum"}.
func (v *Vocabulary) MarshalJSON() ([]byte, error) {
	k := kept{Schema: schema, Tokens: v.tokens, Counts: v.counts, Merges: v.merges, Special: []string{}}
	for i, name := range specialNames {
		if v.special&(1<<i) != 0 {
			k.Special = append(k.Special, name)
		}
	}
	if v.tokens.Unit == Character || v.tokens.Unit == Word {
		k.Symbols = v.texts
	}
	var err error
	if k.Checksum, err = k.sum(); err != nil {
		return nil, err
	}
	return json.Marshal(k)
}

// Checksum tells vocabularies apart: SHA-256 in hex of what is kept of it.
func (v *Vocabulary) Checksum() string {
	var k struct {
		Checksum string `json:"checksum"`
	}
	b, err := v.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil {
		return ""
	}
	return k.Checksum
}

func (k kept) sum() (string, error) {
	k.Checksum = ""
	b, err := json.Marshal(k)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// UnmarshalJSON reads what MarshalJSON wrote. It refuses anything else, and what has been changed since.
func (v *Vocabulary) UnmarshalJSON(b []byte) error {
	var k kept
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&k); err != nil {
		return fmt.Errorf("text: vocabulary: %w", err)
	}
	if k.Schema != schema {
		return fmt.Errorf("text: vocabulary: schema is %d, want %d; it was written by another version", k.Schema, schema)
	}
	if sum, err := k.sum(); err != nil || sum != k.Checksum {
		return fmt.Errorf("text: vocabulary: its checksum is %.12s, want %.12s: it is damaged", sum, k.Checksum)
	}
	read, err := k.vocabulary()
	if err != nil {
		return fmt.Errorf("text: vocabulary: %w", err)
	}
	*v = *read
	return nil
}

// vocabulary builds what is kept again.
func (k *kept) vocabulary() (*Vocabulary, error) {
	t, err := k.Tokens.Resolved()
	if err != nil {
		return nil, err
	}
	special := Special(0)
	for _, name := range k.Special {
		at := -1
		for i, known := range specialNames {
			if name == known {
				at = i
			}
		}
		if at < 0 || special>>at != 0 {
			return nil, fmt.Errorf("special symbol %q is unknown or out of order; want some of %q", name, specialNames)
		}
		special |= 1 << at
	}
	v := begin(t, special)
	v.counts = k.Counts
	switch t.Unit {
	case Byte:
		v.texts = allBytes()
	case BPE:
		err = v.mergeAll(k.Merges)
	default:
		v.texts = k.Symbols
		err = k.checkSymbols()
	}
	if err == nil && len(v.counts) != len(v.texts) {
		err = fmt.Errorf("there are %d counts, want %d", len(v.counts), len(v.texts))
	}
	if err != nil {
		return nil, err
	}
	return v.finish(), nil
}

// mergeAll gives the symbols of bpe their texts.
func (v *Vocabulary) mergeAll(merges [][2]int32) error {
	v.texts, v.merges = allBytes(), merges
	for i, pair := range merges {
		for _, n := range pair {
			if n < 0 || int(n) >= len(v.texts) {
				return fmt.Errorf("merge %d joins symbol %d, and there are %d", i, n, len(v.texts))
			}
		}
		joined := v.texts[pair[0]] + v.texts[pair[1]]
		if len(joined) > 2*maxChunk {
			return fmt.Errorf("merge %d has %d bytes, want at most %d", i, len(joined), maxChunk)
		}
		v.texts = append(v.texts, joined)
	}
	return nil
}

// checkSymbols refuses symbols that no text is cut into: empty ones, twice the same, characters that are several.
func (k *kept) checkSymbols() error {
	seen := make(map[string]bool, len(k.Symbols))
	for i, s := range k.Symbols {
		if s == "" || seen[s] || k.Tokens.Unit == Character && utf8.RuneCountInString(s) != 1 {
			return fmt.Errorf("symbol %d is %q, want one %s that no other symbol has", i, s, k.Tokens.Unit)
		}
		seen[s] = true
	}
	return nil
}
