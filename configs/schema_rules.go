package configs

import "slices"

// This file says in JSON Schema where keys have a meaning (from the registry) and those rules between keys that a schema
// can hold. What it can't hold, recur config validate finds: sums, comparisons of two keys, files on disk.

// at is a schema about the keys in a section: at("model", x) says x of the value of model.
func at(section string, schema object) object {
	return object{{"properties", object{{section, schema}}}}
}

// has is a schema of an object that holds key with this schema.
func has(key string, schema object) object {
	return object{{"type", "object"}, {"required", []string{key}}, {"properties", object{{key, schema}}}}
}

// within is has for a key in a section, at the top level.
func within(section, key string, schema object) object { return has(section, has(key, schema)) }

func is(value any) object        { return object{{"const", value}} }
func oneOf(values ...any) object { return object{{"enum", values}} }

// implies is the schema "where a holds, b holds too".
func implies(a, b object) object { return object{{"if", a}, {"then", b}} }

// absent refuses a key, but for an empty value where that counts as not given.
func (k *Key) absent() any {
	if k.Nullable || k.Type == Section {
		return object{{"type", "null"}}
	}
	return false
}

// absentWhere makes the schema of a section whose keys that fit must be absent.
func absentWhere(section string, fits func(*Key) bool) object {
	properties := object{}
	for _, k := range childrenOf(section) {
		if fits(k) {
			properties = append(properties, member{k.last(), k.absent()})
		}
	}
	return object{{"properties", properties}}
}

// scopeSchemas says which source the data have and which keys go with which task, source and kind.
func scopeSchemas() []object {
	text, section := object{{"type", "string"}}, object{{"type", "object"}}
	named := object{{"type", []string{"string", "object"}}}
	csv, ts, directory, synthetic := has("csv", named), has("ts", named), has("directory", named), has("synthetic", section)
	ofSequences := has("task", oneOf(anys(sequences)...))
	ofText := has("task", oneOf(anys(languages)...))
	ofSaid := has("task", oneOf(anys(seconds)...))
	ofPairs, ofSounds := has("task", oneOf(anys(pairs)...)), has("task", oneOf(anys(sounds)...))
	ofSeries := object{{"not", object{{"anyOf", []object{ofSequences, ofText, ofSaid}}}}}
	one := object{{"oneOf", []object{csv, ts, directory, synthetic}}}
	foreign := func(section, task string) object {
		return at(section, absentWhere(section, func(k *Key) bool { return !k.ofTask(task) }))
	}
	fromFile := func(sources ...string) object {
		return absentWhere("data", func(k *Key) bool { return among(sources, k.Source) && !k.files() })
	}
	filled := object{{"not", object{{"maxItems", 0}, {"type", "array"}}}}
	ofInput := func(input string) object {
		return at("data", absentWhere("data", func(k *Key) bool { return k.Input == input }))
	}
	labelled := has("data", object{{"anyOf", []object{has("text", text), directory}}})
	ofNumbers := object{{"allOf", []object{ofPairs, within("data", "sequence", text)}}}
	pairsOfText := object{{"allOf", []object{ofPairs, {{"not", ofNumbers}}}}}
	hasSymbols := object{{"anyOf", []object{ofText, ofSounds, pairsOfText, labelled}}}
	texts := object{{"allOf", []object{labelled, ofSequences}}}
	all := []object{
		{{"if", ofSeries}, {"then", at("data", object{{"allOf", []object{one, at("synthetic", at("kind", oneOf(anys(seriesKinds)...))), at("csv", append(object{{"type", []string{"string", "null"}}}, noBuiltinBut(Builtins)...))}}})}},
		implies(object{{"allOf", []object{ofSeries, has("data", csv)}}}, at("data", object{{"required", []string{"targets"}}, {"properties", object{{"targets", filled}}}})),
		implies(has("data", synthetic), at("data", fromFile("csv", "file"))),
		implies(has("data", object{{"anyOf", []object{ts, directory, has("parallel", object{{"type", []string{"array", "object"}}})}}}), at("data", fromFile("csv"))),
		at("data", at("synthetic", object{{"if", section}, {"then", object{{"required", []string{"kind"}}}}})),
		implies(ofText, object{{"allOf", []object{ofInput("numbers"), {{"required", []string{"data"}}}, at("data", has("corpus", object{{"type", []string{"string", "array", "object"}}})), ofContinued()}}}),
		implies(texts, object{{"allOf", []object{ofInput("numbers"), at("model", at("head", is("last"))), {{"properties", object{{"recipe", object{{"not", is("sequence")}}}}}}}}}),
		implies(ofSaid, ofSecond()),
		implies(ofPairs, object{{"allOf", []object{{{"required", []string{"data"}}}, at("data", dataOfPairs()), networkOfPairs()}}}),
		implies(pairsOfText, object{{"allOf", []object{ofInput("numbers"), at("model", noFront)}}}),
		implies(ofNumbers, object{{"allOf", []object{at("model", absentWhere("model", func(k *Key) bool { return k.Input == "text" })), at("decode", at("unknown", oneOf("keep", "forbid")))}}}),
		implies(ofSounds, object{{"allOf", []object{{{"required", []string{"data"}}}, at("data", dataOfSounds()), decodingOfSounds()}}}),
		implies(object{{"not", hasSymbols}}, object{{"allOf", []object{ofInput("text"), {{"properties", object{{"recipe", object{{"not", is("text")}}}}}}, at("data", object{{"properties", object{{"tokens", object{{"type", "null"}}}}}})}}}),
	}
	for _, task := range Tasks {
		whose := has("task", is(task))
		if task == Tasks[0] {
			whose = ofSeries
		}
		var scopes []object
		for _, s := range []string{"data", "model", "train", "ensemble", "intervals"} {
			scopes = append(scopes, foreign(s, task))
		}
		scopes = append(scopes, absentWhere("", func(k *Key) bool { return !k.ofTask(task) }))
		if among(sequences, task) {
			scopes = append(scopes, at("data", object{{"allOf", []object{one, at("synthetic", at("kind", oneOf(anys(kindsOf(task))...))), windowOfAdding(), columnsOfSequence(csv, filled), builtinsOfTask(task)}}}))
		}
		all = append(all, implies(whose, object{{"allOf", scopes}}))
	}
	global := object{{"anyOf", []object{has("recipe", is("global")), {{"allOf", []object{within("data", "series", text), {{"not", has("recipe", is("plain"))}}, {{"not", has("version", is(1))}}}}}}}}
	for _, section := range []string{"data", "model", "ensemble"} {
		all = append(all, implies(object{{"not", global}}, at(section, absentWhere(section, func(k *Key) bool { return k.Recipe == "global" }))))
	}
	for _, kind := range allKinds {
		other := func(k *Key) bool { return k.Kinds != nil && !among(k.Kinds, kind) }
		all = append(all, implies(has("data", has("synthetic", has("kind", is(kind)))), at("data", at("synthetic", absentWhere("data.synthetic", other)))))
	}
	return all
}

// ofContinued says what a network is whose text goes on.
func ofContinued() object {
	return object{{"properties", object{
		{"recipe", object{{"not", is("global")}}},
		{"model", object{{"properties", object{
			{"head", is("every")}, {"bidirectional", is(false)}, {"layer_norm", is(false)}, {"output", is("identity")}, {"front", object{{"maxItems", 0}, {"type", []string{"array", "null"}}}},
		}}}},
		{"train", at("loss", is("cross_entropy"))},
	}}}
}

// windowOfAdding refuses data.window with sequences, but for the adding problem.
func windowOfAdding() object {
	return implies(object{{"not", has("synthetic", has("kind", is("adding")))}}, object{{"properties", object{{"window", false}}}})
}

// columnsOfSequence says which columns of sequences a CSV file needs.
func columnsOfSequence(csv, filled object) object {
	text := object{{"type", "string"}}
	named := object{{"anyOf", []object{has("sequence", text), has("steps", object{{"type", "integer"}}), has("text", text)}}}
	time := object{{"properties", object{{"time", object{{"maxItems", 1}}}}}}
	rows := implies(has("steps", object{{"type", "integer"}}), object{{"properties", object{{"time", object{{"type", "null"}}}}}})
	return implies(csv, object{{"allOf", []object{has("label", filled), {{"properties", object{{"label", object{{"not", object{{"type", "null"}}}}}}}}, named, time, rows}}})
}

// builtinsOfTask says which embedded data sets the files of a task of sequences may be.
func builtinsOfTask(task string) object {
	numbers, texts := Config{Task: task}, Config{Task: task, Data: Data{Text: "text"}}
	return object{
		{"if", has("text", object{{"type", "string"}})},
		{"then", at("csv", noBuiltinBut(texts.embedded("data.csv")))},
		{"else", object{{"properties", object{{"csv", noBuiltinBut(numbers.embedded("data.csv"))}, {"ts", noBuiltinBut(numbers.embedded("data.ts"))}}}}},
	}
}

// noBuiltinBut is the schema of a path that names no embedded data set but these.
func noBuiltinBut(names []string) object {
	other := object{{"type", "string"}, {"pattern", "^builtin:"}}
	if len(names) > 0 {
		other = append(other, member{"not", object{{"enum", builtinsOf(names)}}})
	}
	return object{{"not", other}}
}

func anys(words []string) []any {
	values := make([]any, len(words))
	for i, w := range words {
		values[i] = w
	}
	return values
}

// ruleSchemas says the rules between keys that a schema can hold.
func ruleSchemas() []object {
	whole := object{{"type", "integer"}}
	shares := object{{"required", []string{"train"}}, {"properties", object{{"validation", object{{"exclusiveMaximum", 1}}}, {"test", false}}}}
	fromStart := object{{"properties", object{{"train", object{{"type", "integer"}}}, {"validation", whole}, {"test", whole}}}}
	steps := object{{"minProperties", 1}, {"properties", object{{"train", false}, {"validation", whole}, {"test", whole}}}}
	noValidation := object{{"anyOf", []object{
		within("data", "split", has("validation", is(0))),
		within("data", "split", object{{"type", "object"}, {"not", object{{"required", []string{"validation"}}}}}),
	}}}
	chosen := has("task", oneOf(anys(texts)...))
	return []object{
		implies(has("task", is("ctc")), at("train", at("loss", is("ctc")))),
		implies(object{{"not", has("task", is("ctc"))}}, at("train", at("loss", object{{"not", is("ctc")}}))),
		at("data", at("split", object{{"if", object{{"type", "object"}}}, {"then", object{{"if", has("train", object{{"minimum", 1}})}, {"then", fromStart}, {"else", object{{"if", object{{"required", []string{"train"}}}}, {"then", shares}, {"else", steps}}}}}})),
		implies(object{{"allOf", []object{{{"not", has("task", oneOf(anys(drawn)...))}}, within("model", "bidirectional", is(true))}}}, at("model", at("head", is("last")))),
		implies(has("task", is("regress")), at("model", at("head", is("last")))),
		implies(has("task", oneOf(anys(classes)...)), object{{"properties", object{
			{"data", at("label", object{{"maxItems", 1}})},
			{"model", at("output", is("identity"))},
			{"train", at("loss", is("cross_entropy"))},
		}}}),
		implies(object{{"not", has("task", oneOf(anys(classes)...))}}, object{{"properties", object{{"recipe", object{{"not", oneOf("text", "sequence")}}}}}}),
		implies(object{{"not", chosen}}, object{{"properties", object{{"train", at("loss", object{{"not", is("cross_entropy")}})}}}}),
		implies(has("task", oneOf(anys(slices.Concat(sequences, seconds))...)), at("data", at("missing", object{{"not", oneOf("seasonal", "zero")}}))),
		implies(has("task", oneOf(anys(sequences)...)), object{{"properties", object{{"train", at("loss", object{{"not", is("pinball")}})}}}}),
		implies(within("model", "implementation", is("primitive")), at("data", at("window", object{{"maximum", maxPrimitiveWindow}}))),
		implies(within("model", "init", is("identity")), at("model", has("cell", is("elman")))),
		implies(within("model", "forget_bias", object{{"type", "number"}}), at("model", at("cell", is("lstm")))),
		implies(within("model", "dropout", object{{"exclusiveMinimum", 0}}), at("model", has("layers", object{{"minimum", 2}}))),
		implies(within("train", "on_nan", is("rollback")), at("train", at("solver", object{{"not", object{{"pattern", "^gorgonia-"}}}}))),
		implies(within("train", "decay_biases", is(false)), at("train", at("solver", object{{"not", object{{"pattern", "^gorgonia-"}}}}))),
		implies(within("train", "nesterov", is(true)), at("train", has("solver", is("momentum")))),
		implies(within("train", "schedule", has("kind", is("one_cycle"))), at("train", object{{"allOf", []object{
			at("schedule", at("warmup_epochs", is(0))),
			implies(object{{"not", has("schedule", has("cycle_momentum", is(false)))}}, at("solver", oneOf("momentum", "adam", "adamw"))),
		}}})),
		implies(noValidation, at("train", object{{"properties", object{
			{"refit", is("none")},
			{"schedule", at("kind", object{{"not", is("plateau")}})},
			{"early_stopping", at("patience", is(0))},
		}}})),
	}
}
