package pairs

import (
	"strings"
	"testing"
)

// What reading takes is known from the files: both of two, those of a source where none is named, and nothing for what is generated.
func TestMemoryToRead(t *testing.T) {
	write(t, map[string]string{"a.de": strings.Repeat("eins zwei drei\n", 1000), "a.en": strings.Repeat("one two three\n", 1000)})
	s := beside("a.de", "a.en")
	reading, training, pairs := s.MemoryToRead(nil)
	if letters := int64(29_000); pairs != 1000 || training < letters+1000*bytesOfPair || reading < training+letters {
		t.Errorf("%d pairs, %d bytes to read and %d to train", pairs, reading, training)
	}
	if again, _, n := s.MemoryToRead([]string{"a.de", "a.en"}); again != reading || n != pairs {
		t.Errorf("named they take %d bytes for %d pairs, want %d", again, n, reading)
	}
	if _, one, n := s.MemoryToRead([]string{"a.de"}); n != 1000 || one >= training {
		t.Errorf("%d sources take %d bytes", n, one)
	}
	if reading, training, n := new(Source).MemoryToRead(nil); reading+training+n != 0 {
		t.Errorf("nothing takes %d, %d, %d", reading, training, n)
	}
	set, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, Options{Split: half})
	if err != nil {
		t.Fatal(err)
	}
	if kept := q.Memory(); kept > training || 3*kept < training {
		t.Errorf("a training keeps %d bytes, and %d were foretold", kept, training)
	}
}
