package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"recur/configs"
)

// HashOf is the SHA-256 of the canonical description of generated data: all that decides the values.
func HashOf(s *configs.Synthetic) string {
	text := fmt.Sprintf("synthetic 1 kind=%s points=%d period=%g noise=%g tau=%g length=%d seed=%d",
		s.Kind, s.Points, s.Period, s.Noise, s.Tau, s.Length, s.Seed)
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
