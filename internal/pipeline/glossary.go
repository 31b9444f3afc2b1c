package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Term is a figure that commands print, by the names that it has in tables and in JSON, and what it means.
type Term struct {
	Names   []string
	Meaning string
}

// Topic is a group of terms.
type Topic struct {
	Title string
	Terms []Term
}

func term(meaning string, names ...string) Term { return Term{Names: names, Meaning: meaning} }

// Glossary explains every figure that a command prints: `recur help metrics`. A test finds the names of all tables and of all
// JSON, and wants each of them here.
var Glossary = []Topic{
	{"Errors of forecasts f of known values y, in units of the data; means over windows, steps and targets", []Term{
		term("mean (y-f)²", "mse"),
		term("√mse: a usual error; large ones weigh more", "rmse"),
		term("mean |y-f|: a usual error", "mae"),
		term("mean of 100·|y-f|/|y|, in per cent, over the values that are not zero. (n) beside it, mape_left_out in JSON: n values are zero and left out. Of little use where values come near zero", "mape", "mape_left_out"),
		term("mean of 200·|y-f|/(|y|+|f|), in per cent, at most 200; 0/0 counts 0; for each series, then over series", "smape"),
		term("mean |y-f| over the mean step |x_t - x_{t-m}| before (m: data.season, else 1), for each series, then over series; below 1: better than the (seasonal) naive forecast was there", "mase"),
		term("1 - Σ(y-f)²/Σ(y-ȳ)²: the share of the variance that is explained; below 0: worse than the mean", "r2"),
		term("mean of smape and mase, each relative to those of the seasonal naive forecast (the naive one without a season), as in the M4 competition; below 1: better than that", "owa"),
		term("the same errors in the scaled units that the network was trained in", "metrics_scaled"),
	}},
	{"What is said (tasks seq2seq and ctc); shares are from 0 to 1, BLEU, chrF and ROUGE from 0 to 100", []Term{
		term("what is told of: pairs of a source and its target; recordings", "pairs", "utterances"),
		term("the share of the symbols of the targets that are the likeliest in their places, each given those before it", "token accuracy", "token_accuracy"),
		term("the share of outputs that are their targets to the letter", "exact match", "exact_match", "all right"),
		term("how many runs of one to four words of the outputs stand in their targets, with a penalty for short outputs, by sacrebleu's definition; the signature says how words were cut", "BLEU", "bleu", "bleu_signature"),
		term("the same of runs of one to six letters, and how many of the targets' are in the outputs", "chrF", "chrf"),
		term("100 - chrF: what methods are ordered by", "chrf_error"),
		term("words, pairs of words and longest common subsequences that outputs and targets share, F1, stemmed, by the definition of rouge-score", "ROUGE-1/2/L", "rouge1", "rouge2", "rougeL"),
		term("outputs by the length of their targets", "symbols of the target", "by_length", "from", "to"),
		term("replaced, added and left out labels, letters or words, over those that should be there; above 1 where too much is heard", "label errors", "ler", "character errors", "cer", "word errors", "wer"),
		term("these, one by one, and how many there should be", "edits", "substitutions", "insertions", "deletions", "reference"),
		term("who speaks", "speaker", "by_speaker"),
		term("log p of an output, of pairs through its length to the power of decode.length_penalty, of sounds with what the language model says: what outputs are ordered by", "score"),
		term("the logarithm of the chance that the network gives an output", "log_probability"),
		term("where each label of an output begins, in seconds", "times"),
	}},
	{"Classes (task classify); shares are from 0 to 1", []Term{
		term("the share of examples (with model.head every of steps) whose label is the predicted one", "accuracy"),
		term("where the accuracy of all examples of the kind lies in 95% of cases, by Wilson's method", "accuracy_interval"),
		term("1 - accuracy: what methods are ordered by", "error"),
		term("mean of f1 over the classes that were there or were predicted: small classes count as much as large ones", "macro_f1"),
		term("mean of -ln p of the true class, in nats: lower is better, ln of the number of classes for guessing", "log_loss"),
		term("expected calibration error: how far probabilities of the predicted class are from the share that is right, over 15 bins", "ece"),
		term("a label, and the worst ones where there are many", "class", "worst 20 of 21 classes", "by_class"),
		term("of the examples that were predicted to be of a class, the share that were", "precision"),
		term("of the examples of a class, the share that were predicted to be", "recall"),
		term("2·precision·recall/(precision + recall)", "f1"),
		term("the examples of a class, or that were scored", "support", "examples"),
		term("how often each class (a row) was taken for each (a column)", "true, predicted", "confusion", "labels", "counts"),
		term("the wrong predictions with the highest probabilities: where they stand, the true label and the predicted one", "worst", "example", "text", "label", "predicted", "probability"),
		term("the share of symbols that the vocabulary of the training part lacks", "unknown"),
	}},
	{"Intervals and quantiles (model.quantiles)", []Term{
		term("the share of values that an interval should cover", "interval", "level"),
		term("the share that it does cover", "coverage"),
		term("mean width, in units of the data", "width", "mean width"),
		term("width plus 2/α times how far values lie outside, for an interval of the share 1-α; in units of the data, smaller is better", "winkler"),
		term("winkler over the mean step before, as in mase, for each series, then over series; smaller is better", "msis"),
		term("continuous ranked probability score: mae for whole distributions, in units of the data", "crps"),
		term("mean of max(τ·(y-f), (τ-1)·(y-f)) over the quantiles τ: lowest at the true quantiles", "pinball"),
		term("weighted quantile loss: twice the pinball losses over Σ|y|", "wql"),
		term("scaled pinball loss: pinball over the mean step before, as in mase", "spl"),
		term("a quantile τ that is forecast", "quantile"),
		term("the share of values at or below a quantile: τ where it is calibrated", "below"),
	}},
	{"What stands beside the network", []Term{
		term("the network of the run, or the networks of an ensemble together", "network"),
		term("the last value, for all steps", "naive"),
		term("the value one season before (data.season); with a number behind it a further season", "seasonal_naive"),
		term("the line from the first value through the last one", "drift"),
		term("simple exponential smoothing of the history before each window", "ses"),
		term("the theta method on the history before each window", "theta"),
		term("theta with a drift that dies away; asked for by name (--baselines)", "theta_damped"),
		term("exponential smoothing models on the history, weighted by their AICc", "ets"),
		term("a ridge regression on the same windows", "ridge"),
		term("the same linear map with absolute errors", "linear_l1"),
		term("labelled examples: the mean of the training part", "constant"),
		term("simple methods that forecast with the networks (ensemble.combine): the weight of the networks, the names of the methods, which share the rest, and the OWA on the validation part of both together and of the networks alone", "combination", "weight", "partners", "owa_alone"),
		term("the networks without the simple models that predict with them (ensemble.linear, ensemble.combine)", "network_alone"),
		term("classes: the most frequent class of the training part", "majority"),
		term("texts: naive Bayes on words and pairs of words", "naive_bayes"),
		term("texts: logistic regression on words and pairs of words, weighted by tf·idf", "logistic"),
		term("sequences of numbers: the class of the nearest one of the training part", "nearest"),
		term("sequences of numbers: random convolutions and a ridge regression", "rocket"),
	}},
	{"What was scored", []Term{
		term("forecasts that were scored, each of data.horizon steps", "windows"),
		term("networks whose forecasts are combined", "networks"),
		term("with --data: windows or sequences left out since they predict values of, or are in, the run's training or validation part; scored all the same with --all; of which that can't be told", "seen_left_out", "seen_scored", "seen_unknown"),
		term("known values that were scored", "values"),
		term("a series of the data, or how many there are", "series"),
		term("a column that is forecast", "target", "targets"),
		term("steps ahead that are forecast, 1 is the first", "step", "horizon"),
		term("a place in the past from which a backtest forecasts, all of them together, and the first time that is forecast", "origin", "all origins", "from"),
	}},
	{"Which is better, and whether that is luck", []Term{
		term("how likely so large a difference or a larger one is between methods that are equally good; below 0.05 counts as more than luck", "p", "p (Wilcoxon)"),
		term("of a row against the lowest of all, adjusted by Holm's method for all pairs", "p vs best", "p_adjusted"),
		term("in a verdict: of the network against the best simple method; for forecasts over series or along time, of mase", "p_against"),
		term("in a verdict: by which share of that method's error the network's is below it, with 95% between the two", "gain_low", "gain_high"),
		term("of the test; negative where the first method has the smaller errors", "statistic"),
		term("pairs of errors that were tested", "n"),
		term("windows (origins) whose targets don't overlap; below five nothing can be told along time", "disjoint_windows", "disjoint"),
		term("as how many series of their own those count that move together", "independent_series", "independent"),
		term("series on which the network is better, and on which both are equal", "network better on", "wins", "ties"),
		term("the share of series on which a method is the best of all", "best of all on", "best"),
		term("in a comparison: the place of the row that the validation part would choose; -1 for none", "chosen"),
	}},
	{"Text (recur score and generate)", []Term{
		term("mean of -ln p over the symbols of a text, p being the chance that each was given before it came; lower is better", "nats"),
		term("the same with the logarithm to base 2", "bits"),
		term("the bits of the whole text over its bytes in UTF-8", "bits_per_byte"),
		term("e^nats: among how many equally likely symbols it would be as hard to choose", "perplexity"),
		term("symbols (characters, bytes, words or parts of words) that were scored, or written", "symbols"),
		term("the share of them that the network has not learnt, which count as one symbol", "unknown"),
		term("ln p of one symbol", "logp"),
		term("the place of a symbol among all that could come, from the likeliest on: 1 is the first guess", "rank"),
		term("the number of a line, from 1", "line"),
		term("how symbols were drawn: chances to the power of 1/temperature, among the top_k likeliest, of these among the fewest that sum to top_p", "temperature", "top_k", "top_p"),
	}},
	{"Training", []Term{
		term("what training makes small (train.loss), mean over the epoch's batches, in scaled units", "loss", "train_loss"),
		term("the same on the validation part, after the epoch; lower is better, and only comparable in the same scaled units", "validation loss", "validation_loss", "validation"),
		term("owa on the validation part, of the networks of an ensemble that were kept", "validation OWA", "validation_owa", "validation loss or OWA"),
		term("a pass over the training part, and how many there were", "epoch", "epochs"),
		term("the epoch with the lowest validation loss, whose weights are kept", "best_epoch"),
		term("epochs of the second training on both parts (train.refit: all)", "refit_epochs"),
		term("updates of the weights", "steps", "updates"),
		term("updates of an epoch", "steps_per_epoch"),
		term("how far an update goes", "learning_rate", "rate"),
		term("mean length of the gradient before clipping", "grad_norm"),
		term("true in the second training", "refit"),
		term("numbers that the network learns", "parameters"),
		term("clock time of the training, of a comparison's row the mean over seeds", "seconds"),
		term("clock time of the networks' forecasts", "predict_seconds"),
		term("updates a second", "steps_per_second", "steps/s"),
		term("mean, sample standard deviation and the values over seeds", "mean", "sd"),
		term("a random start that was trained", "seeds"),
		term("of train --from: a weight, its shape in this network and in the one that it was to be taken from, and what became of it", "weight", "here", "there", "what"),
	}},
	{"Sizes (train --dry-run, checkpoint inspect)", []Term{
		term("a layer, what it computes, and its shape with B rows of a batch", "layer", "kind", "output", "shape"),
		term("windows of each part", "train_windows", "validation_windows", "test_windows"),
		term("an estimate of the memory, and the size of a file or tensor", "memory_bytes", "bytes"),
	}},
	{"Speed (recur bench)", []Term{
		term("the shape: batch, steps, inputs, hidden units, layers", "cell B,T,I,H,layers", "batch", "inputs", "hidden", "layers"),
		term("of a convolution below them: its channels, and how many steps it goes on at a time", "channels", "stride"),
		term("milliseconds of a training step and of a forward pass: the shortest and the middle of so many runs", "train_ms", "infer_ms", "min", "median", "runs"),
		term("10⁹ multiplications and additions of the step's matrix products a second, by the shortest time", "gflops", "GFLOP/s"),
		term("that over the machine's peak, measured in the same run: of all threads, of one", "peak_share", "peak", "peak_gflops", "peak_gflops_one_thread"),
		term("of a network of the next symbol: how many symbols there are, how many numbers each becomes, and how many of them go through a training step a second", "vocabulary", "embedding", "tokens_per_second"),
		term("of `bench --pairs`: how much is done in a reading, and the work that a peer is to do: how many steps are read and said of each example, units of a direction and of the decoder, and hypotheses side by side", "amount", "lengths", "said", "encoder", "decoder", "beam"),
		term("milliseconds of a reading, by the clock and of all processors", "reading_ms", "processor_ms"),
		term("cores that were used", "threads"),
	}},
	{"Audit of a backtest, in rows", []Term{
		term("rows that a part predicts", "rows"),
		term("of two parts: rows that both predict; 0 in a sound split", "targets"),
		term("rows that the later part reads and the earlier one predicts: its past, as when it forecasts", "inputs"),
		term("rows that the earlier part reads and the later one predicts; 0 in a sound split", "ahead"),
	}},
}

// Explains reports whether a name is explained by the glossary; case does not count, and the seasons of further seasonal naive
// methods do not either.
func Explains(name string) bool {
	if strings.HasPrefix(name, "seasonal_naive_") {
		name = "seasonal_naive"
	}
	return slices.ContainsFunc(Glossary, func(t Topic) bool {
		return slices.ContainsFunc(t.Terms, func(t Term) bool {
			return slices.ContainsFunc(t.Names, func(known string) bool { return strings.EqualFold(known, name) })
		})
	})
}

// GlossaryText is the glossary for people.
func GlossaryText() string {
	var b strings.Builder
	b.WriteString("What the figures mean that recur prints, by the names of tables and of JSON. Formulas: docs/concepts.md.\n")
	for _, topic := range Glossary {
		fmt.Fprintf(&b, "\n%s:\n", topic.Title)
		for _, t := range topic.Terms {
			fmt.Fprintf(&b, "  %s\n", strings.Join(t.Names, ", "))
			for _, line := range wrapped(t.Meaning, 100) {
				fmt.Fprintf(&b, "      %s\n", line)
			}
		}
	}
	return b.String()
}

// wrapped breaks text into lines of up to so many runes.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
