package audio

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// in writes files to an empty directory and goes there.
func in(t *testing.T, files map[string][]byte) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, body := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// clips are files of sound of 0.1, 0.2 … s, of different tones.
func clips(names ...string) map[string][]byte {
	files := map[string][]byte{}
	for i, name := range names {
		files[name] = wavOf(8000, tone(8000, 800*(i+1), float64(300*(i+1))))
	}
	return files
}

// with is files and another.
func with(files map[string][]byte, name, body string) map[string][]byte {
	files[name] = []byte(body)
	return files
}

var half = &configs.Split{Train: .5, Validation: .5}

var plain = Source{CSV: configs.Paths{Path: "m/x.csv"}, Audio: "path", Transcript: "text", Features: DefaultFeatures(LogMel)}

// but is a source with a change.
func but(change func(*Source)) Source {
	s := plain
	change(&s)
	return s
}

// TestOpen reads the same utterances of every form of manifest.
func TestOpen(t *testing.T) {
	in(t, clips("m/a.wav", "clips/b.wav"))
	absolute, err := filepath.Abs("clips/b.wav")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, body string
		change     func(*Source)
	}{
		{"m/x.csv", "path,text,who\na.wav,one two,Ann\n../clips/b.wav,\"two, three\",Bob\n", func(s *Source) {}},
		{"m/y.csv", "who;text;path\nAnn; one two ;a.wav\nBob;\"two, three\";" + absolute + "\n", func(s *Source) { s.CSV.Path = "m/y.csv" }},
		{"m/x.tsv", "path\ttext\twho\na.wav\tone two\tAnn\n../clips/b.wav\ttwo, three\tBob\n", func(s *Source) { s.CSV.Path = "m/x.tsv" }},
		{"m/x.jsonl", `{"audio_filepath": "a.wav", "text": "one two", "duration": 0.1, "who": "Ann"}` + "\n" + `{"audio_filepath": "../clips/b.wav", "text": "two, three", "duration": 0.2, "who": "Bob"}`,
			func(s *Source) { s.CSV.Path, s.Audio = "m/x.jsonl", "audio_filepath" }},
		{"m/x.json", `{"audio_filepath": "a.wav", "text": "one two", "who": "Ann"}` + "\n" + `{"audio_filepath": "../clips/b.wav", "text": "two, three", "who": "Bob"}`,
			func(s *Source) { s.CSV.Path, s.Audio = "m/x.json", "audio_filepath" }},
	} {
		t.Run(c.file, func(t *testing.T) {
			if err := os.WriteFile(c.file, []byte(c.body), 0o644); err != nil {
				t.Fatal(err)
			}
			set, err := Open(but(func(s *Source) { s.Speaker = "who"; c.change(s) }))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, u := range set.Utterances {
				got = append(got, fmt.Sprintf("%s %s %q %g s, %d frames", filepath.Base(u.Name), u.Speaker, u.Transcript, u.Seconds, set.Frames(i)))
			}
			if d := cmp.Diff([]string{`a.wav Ann "one two" 0.1 s, 8 frames`, `b.wav Bob "two, three" 0.2 s, 18 frames`}, got); d != "" {
				t.Error(d)
			}
			if set.Rate != 8000 || set.D != 40 || len(set.Hash) != 64 || set.Memory() < 4*26*40 {
				t.Errorf("%d samples a second, %d numbers, %s, %d bytes", set.Rate, set.D, set.Hash, set.Memory())
			}
			if notes := slices.DeleteFunc(set.Notes, func(n string) bool { return strings.Contains(n, "separated by") }); len(notes) > 0 {
				t.Error(notes)
			}
		})
	}
}

// TestOpenPieces reads pieces of one file, as NeMo's manifests have them, and tells of lengths that are wrong.
func TestOpenPieces(t *testing.T) {
	in(t, with(clips("a", "b", "c", "long.wav"), "x.jsonl", `{"f": "long.wav", "text": "a", "offset": 0.1, "duration": 0.05}
{"f": "long.wav", "text": "b", "offset": 0.3}
{"f": "long.wav", "text": "c", "duration": 0.1}`))
	set, err := Open(but(func(s *Source) { s.CSV.Path, s.Audio = "x.jsonl", "f" }))
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for i := range set.Utterances {
		got = append(got, float64(int(1000*set.Utterances[i].Seconds+.5)))
	}
	if d := cmp.Diff([]float64{50, 100, 400}, got); d != "" {
		t.Error(d)
	}
	if len(set.Notes) != 1 || !strings.Contains(set.Notes[0], "the manifest says that long.wav lasts 0.10 s, and it lasts 0.40 s; the sound counts") {
		t.Error(set.Notes)
	}
}

// TestOpenResampled follows the advice about two rates.
func TestOpenResampled(t *testing.T) {
	files := clips("m/a.wav")
	files["m/b.wav"] = wavOf(16000, tone(16000, 3200, 440))
	in(t, with(files, "m/x.csv", "path,text\na.wav,a\nb.wav,b\n"))
	_, err := Open(plain)
	if want := "m/x.csv:3: b.wav has 16000 samples a second, and a.wav, the first, has 8000; set data.resample: 8000 to bring all to one rate"; err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	set, err := Open(but(func(s *Source) { s.Resample = 8000 }))
	if err != nil {
		t.Fatal(err)
	}
	if set.Rate != 8000 || set.Frames(1) != 18 || set.Utterances[1].Seconds != 0.2 {
		t.Errorf("%d samples a second, %d frames, %g s", set.Rate, set.Frames(1), set.Utterances[1].Seconds)
	}
	if set, err = Open(but(func(s *Source) { s.Resample = 16000 })); err != nil || len(set.Notes) != 1 || !strings.Contains(set.Notes[0], "1 file has fewer than 16000 samples a second") {
		t.Error(set, err)
	}
	_, err = OpenFiles(plain, []string{"m/b.wav"}, Known{Rate: 8000, D: 40})
	if err == nil || !strings.Contains(err.Error(), "m/b.wav: has 16000 samples a second, and the network was trained with 8000; convert it, as with: ffmpeg -i IN -ar 8000 OUT.wav, or train with data.resample: 8000") {
		t.Error(err)
	}
	if other, err := OpenFiles(but(func(s *Source) { s.Resample = 8000 }), []string{"m/b.wav"}, Known{Rate: 8000, D: 40}); err != nil || other.Frames(0) != 18 || other.Utterances[0].Known {
		t.Error(other, err)
	}
}

// TestOpenOther reads another manifest without transcripts, sound that is there already, and features of files.
func TestOpenOther(t *testing.T) {
	files := with(clips("m/a.wav"), "m/x.csv", "path\na.wav\n")
	files["f/x.csv"], files["f/a.npy"], files["f/b.csv"] = []byte("path,text\na.npy,a\nb.csv,b\n"), npyOf(1, "<f4", "False", "2, 3", floats(six...)), []byte("1,2,3\n4,5,6\n7,8,9\n")
	in(t, files)
	bare, err := OpenManifest(plain, "m/x.csv", Known{Rate: 8000, D: 40}, true)
	if err != nil || len(bare.Utterances) != 1 || bare.Utterances[0].Known || bare.Utterances[0].Part != data.Test {
		t.Fatal(bare, err)
	}
	w, err := ReadWAV("a", "m/a.wav")
	if err != nil {
		t.Fatal(err)
	}
	there, err := OpenWave(plain, "stdin", w, Known{})
	if err != nil || !slices.Equal(there.Utterances[0].X, bare.Utterances[0].X) || there.Called(0) != "stdin" {
		t.Fatal(there, err)
	}
	set, err := Open(but(func(s *Source) {
		s.CSV.Path, s.Features = "f/x.csv", altered(Files, func(f *Features) { f.Normalize, f.Deltas = Unchanged, 1 })
	}))
	if err != nil || set.D != 6 || set.Rate != 0 || set.Frames(1) != 3 || set.Utterances[1].Seconds != 0.03 {
		t.Fatal(set, err)
	}
	if d := cmp.Diff(Slopes(six, 3, 1), set.Utterances[0].X); d != "" {
		t.Error(d)
	}
}

// TestBadManifest gives manifests that are at fault, and what is said.
func TestBadManifest(t *testing.T) {
	two := "path,text\na.wav,a\nb.wav,b\n"
	for _, c := range []struct {
		name   string
		files  map[string][]byte
		source Source
		want   string
	}{
		{"no manifest", nil, plain, "m/x.csv: can't be read: no such file or directory"},
		{"ending", with(none(), "x.txt", ""), but(func(s *Source) { s.CSV.Path = "x.txt" }), `x.txt: the ending ".txt" says nothing of the form; want .csv, .tsv (tabs) or .jsonl (JSON lines)`},
		{"no rows", with(none(), "m/x.csv", "path,text\n"), plain, "m/x.csv:1:1: there is a header and no row below it"},
		{"no column", with(none(), "m/x.csv", "file,text\na.wav,a\n"), plain, `m/x.csv:1:1: no column "path" (data.audio); the columns are "file", "text"`},
		{"no field", with(none(), "m/x.jsonl", `{"path": "a.wav"}`), but(func(s *Source) { s.CSV.Path = "m/x.jsonl" }), `m/x.jsonl:1:1: no field "text" (data.transcript); the fields are "path"`},
		{"no path", with(none(), "m/x.csv", "path,text\n,a\n"), plain, "m/x.csv:2:1: no file is named (data.audio); remove what has none"},
		{"no transcript", with(clips("m/a.wav"), "m/x.csv", "path,text\na.wav, \n"), plain, "m/x.csv:2:7: the transcript is empty (data.transcript); every utterance needs one: remove those without"},
		{"offset", with(clips("m/a.wav"), "m/x.jsonl", `{"path": "a.wav", "text": "a", "offset": -1}`), but(func(s *Source) { s.CSV.Path = "m/x.jsonl" }), `m/x.jsonl:1:1: offset is "-1", want seconds, 0 or more`},
		{"behind the end", with(clips("m/a.wav"), "m/x.jsonl", `{"path": "a.wav", "text": "a", "offset": 0.05, "duration": 1}`), but(func(s *Source) { s.CSV.Path = "m/x.jsonl" }),
			"m/x.jsonl:1: the utterance lies from 0.05 to 1.05 s (offset and duration) of m/a.wav, which ends at 0.1 s; correct the manifest"},
		{"missing files, all of them", with(clips("m/a.wav"), "m/x.csv", two+"c.wav,c\n"), plain,
			"m/x.csv:3:1: there is no file \"m/b.wav\": no such file or directory; paths begin where the manifest lies\nm/x.csv:4:1: there is no file \"m/c.wav\": no such file or directory"},
		{"faults of files, all of them", with(with(with(clips("m/a.wav"), "m/b.wav", "ID3 and so on"), "m/c.wav", ""), "m/x.csv", two+"c.wav,c\n"), plain,
			"m/b.wav: is MP3, want a WAV file; " + convert + "\nm/c.wav: the file is empty; want a WAV file"},
		{"two rates", with(with(clips("m/a.wav"), "m/b.wav", string(wavOf(16000, tone(16000, 1600, 440)))), "m/x.csv", two), plain, "set data.resample: 8000"},
		{"too short", with(with(clips("m/a.wav"), "m/b.wav", string(wavOf(8000, tone(8000, 100, 440)))), "m/x.csv", two), plain, "m/b.wav: has 100 samples, and a frame is 200"},
		{"features are sound", with(clips("m/a.wav", "m/b.wav"), "m/x.csv", two), but(func(s *Source) { s.Features.Kind = Files }), "m/a.wav: is sound, and data.features.kind is files; set it to logmel or mfcc"},
		{"sound is features", with(with(none(), "m/a.npy", string(npyOf(1, "<f4", "False", "2, 3", floats(six...)))), "m/x.csv", "path,text\na.npy,a\n"), plain, "m/a.npy: is a file of features, want sound; set data.features.kind: files"},
		{"two widths", with(with(with(none(), "m/a.csv", "1,2\n"), "m/b.csv", "1,2,3\n"), "m/x.csv", "path,text\na.csv,a\nb.csv,b\n"), but(func(s *Source) { s.Features.Kind = Files }),
			"m/x.csv:3: b.csv has 3 numbers a frame, and the first file has 2; all have as many"},
		{"bands", with(clips("m/a.wav", "m/b.wav"), "m/x.csv", two), but(func(s *Source) { s.Features.Bands = 0 }), "data.features.bands: got 0, want 1 to 10000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, c.files)
			_, err := Open(c.source)
			if _, ok := err.(data.Errors); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// none is no file yet.
func none() map[string][]byte { return map[string][]byte{} }

// TestManyFaults tells of ten and counts the others.
func TestManyFaults(t *testing.T) {
	files, manifest := none(), "path,text\n"
	for i := range 13 {
		name := fmt.Sprintf("%02d.wav", i)
		files["m/"+name] = []byte("ID3")
		manifest += name + ",a\n"
	}
	in(t, with(files, "m/x.csv", manifest))
	_, err := Open(but(func(s *Source) { s.Workers = 3 }))
	if err == nil || strings.Count(err.Error(), "is MP3") != 10 || !strings.Contains(err.Error(), "m/x.csv: and 3 more faults") || strings.Index(err.Error(), "00.wav") > strings.Index(err.Error(), "09.wav") {
		t.Error(err)
	}
	in(t, map[string][]byte{"m/x.csv": []byte(manifest)})
	if _, err = Open(plain); err == nil || strings.Count(err.Error(), "there is no file") != 10 || !strings.Contains(err.Error(), "m/x.csv: and 3 more faults") {
		t.Error(err)
	}
}

// letters are tokens that keep what comes once.
var letters = text.Tokens{Unit: text.Character}

// prepared is four utterances of parts that have manifests of their own.
func prepared(t *testing.T, o Options) *Prepared {
	t.Helper()
	files := clips("m/a.wav", "m/b.wav", "m/c.wav", "m/d.wav")
	files["m/t.csv"], files["m/v.csv"] = []byte("path,text\na.wav,hello\nb.wav,oh\nc.wav,heel\n"), []byte("path,text\nd.wav,hex\n")
	in(t, files)
	set, err := Open(but(func(s *Source) { s.CSV = configs.Paths{Train: "m/t.csv", Validation: "m/v.csv"} }))
	if err != nil {
		t.Fatal(err)
	}
	o.Tokens = letters
	q, err := Prepare(set, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestPrepare numbers the labels of the training part, of which 0 is the blank, and fills a batch.
func TestPrepare(t *testing.T) {
	q := prepared(t, Options{})
	v := q.Vocabulary
	if v.Number(text.Padding) != Blank || v.Decode(q.Train.Said(0)) != "hello" || slices.Contains(q.Train.Said(0), Blank) || v.Len() != 2+4 {
		t.Errorf("%d symbols, the blank is %d, %v", v.Len(), v.Number(text.Padding), q.Train.Said(0))
	}
	if d := cmp.Diff([]string{"1 of 3 labels of the validation part are not among those that are learnt from the training part: they can't be recognised"}, q.Notes); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]int{{8, 18, 28}, {5, 2, 4}}, [][]int{q.Train.Lengths(), q.Train.SaidLengths()}); d != "" {
		t.Error(d)
	}
	var b data.Batch[float32]
	data.Fill(q.Train, []int{1, 0}, &b)
	if d := cmp.Diff([]int{2, 18, 40, 5}, []int{b.N, b.T, b.D, b.S}); d != "" || b.Said != nil {
		t.Error(d, b.Said)
	}
	if d := cmp.Diff([][]int{{18, 8}, {2, 5}}, [][]int{b.Lengths, b.SaidLengths}); d != "" {
		t.Error(d)
	}
	empty := int32(data.NoLabel)
	oh, hello := q.Train.Said(1), q.Train.Said(0)
	if d := cmp.Diff([]int32{oh[0], hello[0], oh[1], hello[1], empty, hello[2], empty, hello[3], empty, hello[4]}, b.Labels); d != "" {
		t.Error(d)
	}
	x := q.Train.Input(1)
	for step := range 18 {
		if !slices.Equal(b.X[step*2*40:][:40], x[step*40:][:40]) {
			t.Fatalf("frame %d is not that of the utterance", step)
		}
		if first := b.X[(step*2+1)*40:][:40]; step >= 8 && slices.ContainsFunc(first, func(v float32) bool { return v != 0 }) {
			t.Fatalf("frame %d behind the end is not silent", step)
		}
	}
	wide := data.Batch[float64]{Least: 30, LeastS: 9}
	data.Fill(q.Train, []int{0}, &wide)
	if wide.T != 30 || wide.S != 9 || wide.Labels[5] != empty {
		t.Error(wide.T, wide.S, wide.Labels)
	}
	if q.Part("validation") != q.Validation || q.Part("x") != nil || q.Both().Len() != 4 || q.Train.Called(1) != "b.wav (line 3 of m/t.csv)" {
		t.Error(q.Both().Index, q.Train.Called(1))
	}
	other := PrepareWith(q.Set, v)
	if other.Test.Len() != 4 || !slices.Equal(other.Test.Said(3), q.Validation.Said(0)) {
		t.Error(other.Test.Index)
	}
}

// TestPrepareSplit draws parts, and tells of what stands in two of them.
func TestPrepareSplit(t *testing.T) {
	files := clips("m/a.wav")
	files["m/b.wav"] = files["m/a.wav"]
	in(t, with(files, "m/x.csv", "path,text\na.wav,a a\nb.wav,a b\n"))
	set, err := Open(plain)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, Options{Split: &configs.Split{Train: .5, Validation: .5}, Tokens: text.Tokens{Unit: text.Word, MinCount: 1}})
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(q.Notes, "\n")
	if !strings.Contains(told, "1 of 1 utterance of the validation part also stand in a part before it, number by number") || !strings.Contains(told, "1 utterance stands twice with different labels") {
		t.Error(told)
	}
	if _, err := Prepare(set, Options{Split: &configs.Split{Train: 1}, Tokens: text.Tokens{Unit: text.Word, MaxLength: 3}}); err == nil || !strings.Contains(err.Error(), "a transcript can't be cut at 3 labels") {
		t.Error(err)
	}
}

// TestInfeasible: a step for each label, and one between two that are alike.
func TestInfeasible(t *testing.T) {
	q := prepared(t, Options{})
	for labels, want := range map[string]int{"hello": 6, "oh": 2, "heel": 5, "": 0} {
		n, _ := q.Vocabulary.Encode(labels)
		if got := Needed(n); got != want {
			t.Errorf("%q needs %d steps, want %d", labels, got, want)
		}
	}
	quarter := func(frames int) int { return frames / 4 } // 2, 4 and 7 steps
	bad := q.Train.Infeasible(quarter)
	if d := cmp.Diff([]Infeasible{{Example: 0, Frames: 8, Steps: 2, Labels: 5, Needed: 6}}, bad); d != "" {
		t.Fatal(d)
	}
	want := "m/t.csv: 1 of 3 utterances of the train part is too short for its transcript: a.wav (line 2 of m/t.csv): 8 frames make 2 steps, and 5 labels need 6; " +
		"make the strides of model.front smaller or data.features.hop shorter, correct the transcripts, or set data.infeasible: drop to leave such utterances out"
	if err := q.Train.Refuse(bad); err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	left := q.Train.Without(bad)
	if d := cmp.Diff([]int{1, 2}, left.Index); d != "" || len(left.Infeasible(quarter)) != 0 {
		t.Error(d)
	}
	if all := q.Train.Infeasible(func(frames int) int { return 0 }); len(all) != 3 || q.Train.Without(all).Len() != 0 {
		t.Error(all)
	}
}
