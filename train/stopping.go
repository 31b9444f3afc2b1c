package train

import (
	"math"

	"recur/configs"
)

// stopper ends a training whose validation loss no longer falls.
type stopper struct {
	Best number `json:"best"` // the loss that the next one is measured against
	Bad  int    `json:"bad"`  // epochs in a row that were not better than Best by more than min_delta
}

func newStopper() stopper { return stopper{Best: number(math.Inf(1))} }

// observe takes the validation loss of a finished epoch.
func (s *stopper) observe(c configs.EarlyStopping, loss float64) {
	if loss < float64(s.Best)-c.MinDelta {
		s.Best, s.Bad = number(loss), 0
		return
	}
	s.Bad++
}

// done says that patience has run out. Patience 0 never does.
func (s *stopper) done(c configs.EarlyStopping) bool { return c.Patience > 0 && s.Bad >= c.Patience }
