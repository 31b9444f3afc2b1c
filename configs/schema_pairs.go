package configs

// This file says in JSON Schema what tasks with a second sequence want.

var (
	nothing  = object{{"type", "null"}}
	someText = object{{"type", "string"}}
)

// properties is a schema of an object's keys, where they are there.
func properties(of ...member) object { return object{{"properties", object(of)}} }

// ofSecond says what networks are that say a second sequence.
func ofSecond() object {
	return properties(
		member{"recipe", oneOf("auto", "plain")},
		member{"model", properties(member{"head", is("every")}, member{"output", is("identity")}, member{"implementation", is("fused")}, member{"encoder_size", is(0)})},
		member{"data", object{{"properties", object{{"window", false}}}}},
	)
}

// dataOfPairs says where pairs come from.
func dataOfPairs() object {
	csv := has("csv", object{{"type", []string{"string", "object"}}})
	one := object{{"oneOf", []object{csv, has("parallel", object{{"type", []string{"array", "object"}}}), has("synthetic", object{{"type", "object"}})}}}
	bytes := func(section string) object {
		return at(section, implies(has("unit", is("byte")), properties(member{"lowercase", is(false)}, member{"normalize", is("none")}, member{"size", is(0)}, member{"min_count", is(1)})))
	}
	return object{{"allOf", []object{
		one,
		at("synthetic", at("kind", oneOf(anys(pairKinds)...))),
		at("csv", pathsBut(BuiltinPairs)),
		implies(csv, object{{"allOf", []object{{{"anyOf", []object{has("source", someText), has("sequence", someText)}}}, has("target", someText)}}}),
		bytes("target_tokens"),
	}}}
}

// noFront refuses convolutions.
var noFront = properties(member{"front", object{{"maxItems", 0}, {"type", []string{"array", "null"}}}})

// networkOfPairs says what the network is that reads a text, or numbers, and says a text.
func networkOfPairs() object {
	noAttention := within("model", "attention", is("none"))
	return object{{"allOf", []object{
		properties(
			member{"model", properties(member{"initial_state", is("zero")})},
			member{"train", at("loss", is("cross_entropy"))},
		),
		implies(noAttention, properties(member{"model", properties(member{"copy", is(false)}, member{"bridge", object{{"not", is("zero")}}})}, member{"decode", at("unknown", object{{"not", is("replace")}})})),
	}}}
}

// dataOfSounds says where utterances come from.
func dataOfSounds() object {
	csv := has("csv", object{{"type", []string{"string", "object"}}})
	audio, rows := has("audio", someText), has("sequence", someText)
	without := func(kind string) object {
		foreign := func(k *Key) bool { return k.Sounds != nil && !among(k.Sounds, kind) }
		return object{{"allOf", []object{
			absentWhere("data", foreign), at("features", absentWhere("data.features", foreign)), at("augment", absentWhere("data.augment", foreign)),
		}}}
	}
	all := []object{
		{{"oneOf", []object{csv, has("synthetic", object{{"type", "object"}})}}},
		at("synthetic", at("kind", oneOf(anys(soundKinds)...))),
		at("csv", pathsBut(BuiltinSounds)),
		implies(csv, object{{"allOf", []object{has("transcript", someText), {{"anyOf", []object{audio, rows}}}}}}),
		implies(audio, properties(member{"sequence", nothing}, member{"inputs", object{{"maxItems", 0}, {"type", "array"}}}, member{"time", object{{"anyOf", []object{nothing, {{"type", "array"}, {"maxItems", 0}}}}}})),
		implies(rows, at("features", at("kind", is("files")))),
		implies(has("synthetic", object{{"type", "object"}}), at("features", at("kind", oneOf(anys(featuresMade)...)))),
		properties(member{"tokens", object{{"anyOf", []object{oneOf("character", "word", nil), append(object{{"type", "object"}}, properties(member{"unit", oneOf("character", "word")}, member{"max_length", is(0)})...)}}}}),
	}
	for _, kind := range featureKinds {
		all = append(all, implies(has("features", has("kind", is(kind))), without(kind)))
	}
	return object{{"allOf", all}}
}

// decodingOfSounds says how labels are searched for.
func decodingOfSounds() object {
	return properties(member{"decode", implies(has("language_model", someText), has("beam", object{{"minimum", 2}}))})
}

// pathsBut takes a path, or one for each part, that names no embedded data set but these.
func pathsBut(names []string) object {
	one := noBuiltinBut(names)
	return object{{"allOf", []object{one, {{"properties", object{{"train", one}, {"validation", one}, {"test", one}}}}}}}
}
