package pairs

// phrase is what both languages say alike at its place.
type phrase struct{ german, english string }

type noun struct {
	german        string
	gender        gender
	plural        string
	english       string
	englishPlural string
}

type adjective struct {
	german  string // without an ending
	english string
}

// lexicon is nouns and what may be said of them.
type lexicon struct {
	nouns      []noun
	adjectives []adjective
}

// What a verb takes.
const (
	nothing = iota
	aThing
	anybody
	aThingToSomebody
)

type verb struct {
	takes      int
	present    [2]string // German, of one and of many, without the prefix
	prefix     string    // comes last, apart, in a main clause
	infinitive string    // without the prefix
	participle string    // likewise
	says       [2]string // English, of one and of many; the second is the infinitive too
	past       string
	particle   string // behind the English verb
}

// tense is when and how: with a verb of its own in German, but for the present.
type tense struct {
	german  [2]string
	past    bool      // the other verb is a participle, and English has one word
	english [2]string // before the infinitive
	asks    [2]string // what an English question begins with
	toDo    string    // behind the subject of the question
}

var tenses = []tense{
	{asks: [2]string{"does", "do"}},
	{german: [2]string{"hat", "haben"}, past: true, asks: [2]string{"did", "did"}},
	{german: [2]string{"will", "wollen"}, english: [2]string{"wants to", "want to"}, asks: [2]string{"does", "do"}, toDo: "want to"},
	{german: [2]string{"kann", "können"}, english: [2]string{"can", "can"}, asks: [2]string{"can", "can"}},
	{german: [2]string{"wird", "werden"}, english: [2]string{"will", "will"}, asks: [2]string{"will", "will"}},
}

var articles = []article{
	{german: "", english: "the", definite: true},
	{german: "ein", english: "a", singular: true},
	{german: "mein", english: "my"},
	{german: "unser", english: "our"},
}

var people = lexicon{[]noun{
	{"Mann", masculine, "Männer", "man", "men"},
	{"Frau", feminine, "Frauen", "woman", "women"},
	{"Kind", neuter, "Kinder", "child", "children"},
	{"Mädchen", neuter, "Mädchen", "girl", "girls"},
	{"Lehrer", masculine, "Lehrer", "teacher", "teachers"},
	{"Arzt", masculine, "Ärzte", "doctor", "doctors"},
	{"Bäckerin", feminine, "Bäckerinnen", "baker", "bakers"},
	{"Freundin", feminine, "Freundinnen", "friend", "friends"},
	{"Sänger", masculine, "Sänger", "singer", "singers"},
	{"Königin", feminine, "Königinnen", "queen", "queens"},
	{"Gast", masculine, "Gäste", "guest", "guests"},
	{"Tante", feminine, "Tanten", "aunt", "aunts"},
}, []adjective{
	{"alt", "old"}, {"klein", "small"}, {"groß", "big"}, {"schön", "beautiful"},
	{"jung", "young"}, {"berühmt", "famous"}, {"freundlich", "friendly"}, {"müd", "tired"}, {"seltsam", "strange"},
}}

var objects = lexicon{[]noun{
	{"Apfel", masculine, "Äpfel", "apple", "apples"},
	{"Brot", neuter, "Brote", "loaf", "loaves"},
	{"Buch", neuter, "Bücher", "book", "books"},
	{"Lampe", feminine, "Lampen", "lamp", "lamps"},
	{"Tisch", masculine, "Tische", "table", "tables"},
	{"Brief", masculine, "Briefe", "letter", "letters"},
	{"Blume", feminine, "Blumen", "flower", "flowers"},
	{"Fahrrad", neuter, "Fahrräder", "bicycle", "bicycles"},
	{"Ball", masculine, "Bälle", "ball", "balls"},
	{"Tasse", feminine, "Tassen", "cup", "cups"},
	{"Bild", neuter, "Bilder", "picture", "pictures"},
	{"Hut", masculine, "Hüte", "hat", "hats"},
	{"Uhr", feminine, "Uhren", "clock", "clocks"},
	{"Messer", neuter, "Messer", "knife", "knives"},
	{"Schirm", masculine, "Schirme", "umbrella", "umbrellas"},
	{"Gitarre", feminine, "Gitarren", "guitar", "guitars"},
}, []adjective{
	{"alt", "old"}, {"klein", "small"}, {"groß", "big"}, {"schön", "beautiful"},
	{"neu", "new"}, {"rot", "red"}, {"blau", "blue"}, {"grün", "green"}, {"schwer", "heavy"}, {"seltsam", "strange"},
}}

var places = lexicon{[]noun{
	{"Park", masculine, "", "park", ""},
	{"Küche", feminine, "", "kitchen", ""},
	{"Haus", neuter, "", "house", ""},
	{"Garten", masculine, "", "garden", ""},
	{"Schule", feminine, "", "school", ""},
	{"Museum", neuter, "", "museum", ""},
	{"Bahnhof", masculine, "", "station", ""},
	{"Kirche", feminine, "", "church", ""},
	{"Dorf", neuter, "", "village", ""},
	{"Laden", masculine, "", "shop", ""},
}, []adjective{
	{"alt", "old"}, {"klein", "small"}, {"groß", "big"}, {"schön", "beautiful"},
	{"neu", "new"}, {"ruhig", "quiet"},
}}

var prepositions = []phrase{{"in", "in"}, {"in", "in"}, {"vor", "in front of"}, {"hinter", "behind"}, {"neben", "next to"}}

var verbs = []verb{
	{takes: aThing, present: [2]string{"kauft", "kaufen"}, infinitive: "kaufen", participle: "gekauft", says: [2]string{"buys", "buy"}, past: "bought"},
	{takes: aThing, present: [2]string{"verkauft", "verkaufen"}, infinitive: "verkaufen", participle: "verkauft", says: [2]string{"sells", "sell"}, past: "sold"},
	{takes: aThing, present: [2]string{"wirft", "werfen"}, prefix: "weg", infinitive: "werfen", participle: "geworfen", says: [2]string{"throws", "throw"}, past: "threw", particle: "away"},
	{takes: anybody, present: [2]string{"sieht", "sehen"}, infinitive: "sehen", participle: "gesehen", says: [2]string{"sees", "see"}, past: "saw"},
	{takes: anybody, present: [2]string{"sucht", "suchen"}, infinitive: "suchen", participle: "gesucht", says: [2]string{"looks", "look"}, past: "looked", particle: "for"},
	{takes: anybody, present: [2]string{"findet", "finden"}, infinitive: "finden", participle: "gefunden", says: [2]string{"finds", "find"}, past: "found"},
	{takes: anybody, present: [2]string{"malt", "malen"}, infinitive: "malen", participle: "gemalt", says: [2]string{"paints", "paint"}, past: "painted"},
	{takes: anybody, present: [2]string{"vergisst", "vergessen"}, infinitive: "vergessen", participle: "vergessen", says: [2]string{"forgets", "forget"}, past: "forgot"},
	{takes: anybody, present: [2]string{"holt", "holen"}, prefix: "ab", infinitive: "holen", participle: "geholt", says: [2]string{"picks", "pick"}, past: "picked", particle: "up"},
	{takes: anybody, present: [2]string{"nimmt", "nehmen"}, prefix: "mit", infinitive: "nehmen", participle: "genommen", says: [2]string{"takes", "take"}, past: "took", particle: "along"},
	{takes: aThingToSomebody, present: [2]string{"gibt", "geben"}, infinitive: "geben", participle: "gegeben", says: [2]string{"gives", "give"}, past: "gave"},
	{takes: aThingToSomebody, present: [2]string{"zeigt", "zeigen"}, infinitive: "zeigen", participle: "gezeigt", says: [2]string{"shows", "show"}, past: "showed"},
	{takes: aThingToSomebody, present: [2]string{"bringt", "bringen"}, infinitive: "bringen", participle: "gebracht", says: [2]string{"brings", "bring"}, past: "brought"},
	{takes: nothing, present: [2]string{"schläft", "schlafen"}, infinitive: "schlafen", participle: "geschlafen", says: [2]string{"sleeps", "sleep"}, past: "slept"},
	{takes: nothing, present: [2]string{"wartet", "warten"}, infinitive: "warten", participle: "gewartet", says: [2]string{"waits", "wait"}, past: "waited"},
	{takes: nothing, present: [2]string{"singt", "singen"}, infinitive: "singen", participle: "gesungen", says: [2]string{"sings", "sing"}, past: "sang"},
	{takes: nothing, present: [2]string{"arbeitet", "arbeiten"}, infinitive: "arbeiten", participle: "gearbeitet", says: [2]string{"works", "work"}, past: "worked"},
}

var (
	times     = []phrase{{"heute", "today"}, {"jeden Tag", "every day"}, {"am Abend", "in the evening"}, {"am Montag", "on Monday"}, {"im Sommer", "in summer"}}
	pastTimes = []phrase{{"gestern", "yesterday"}, {"letzte Woche", "last week"}, {"am Abend", "in the evening"}, {"am Montag", "on Monday"}, {"im Sommer", "in summer"}}
)

var speakers = []phrase{{"ich weiß", "I know"}, {"wir glauben", "we believe"}, {"sie sagt", "she says"}, {"er schreibt", "he writes"}, {"alle hoffen", "everybody hopes"}}

var (
	circumstances = []phrase{{"wenn es regnet", "when it rains"}, {"weil die Sonne scheint", "because the sun is shining"}, {"obwohl es kalt ist", "although it is cold"},
		{"bevor der Zug kommt", "before the train comes"}}
	pastCircumstances = []phrase{{"als es geregnet hat", "when it rained"}, {"weil die Sonne geschienen hat", "because the sun was shining"}, {"obwohl es kalt war", "although it was cold"},
		{"bevor der Zug gekommen ist", "before the train came"}}
)
