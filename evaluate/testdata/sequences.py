"""Writes sequences.json and stems.tsv: scores of sacrebleu 2.6.0, rouge-score 0.1.2 and jiwer 4.0.0, stems of NLTK 3.10.4.

    python evaluate/testdata/sequences.py
"""

import json
import logging
import os
import random

import jiwer
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF

logging.disable(logging.WARNING)
HERE = os.path.dirname(os.path.abspath(__file__))

# Hypothesis and reference.
WRITTEN = [
    ("The cat sat on the mat.", "The cat sat on the mat."),
    ("the cat the cat the cat on the mat", "The cat is on the mat ."),
    ("A man rides his bike down the hill.", "A man is riding a bicycle down a hill."),
    ("", "Nothing was said here."),
    ("Something was said here.", ""),
    ("", ""),
    (" ", "\t\n"),
    ("x", "x"),
    ("one two", "one two"),
    ("one two three", "one two three"),
    ("a b c d", "a b c d"),
    ("It costs $1,234.56, i.e. 10% more.", "It costs $1,234.56 (10% more)."),
    ("1,000,000 people came, 3.5 million stayed.", "1.000.000 people came,3.5 million stayed ."),
    ("In 2010-2011 the state-of-the-art was 5-fold worse", "In 2010 - 2011 the state of the art was 5-fold worse"),
    ("a,b.c,1.d,2,e.", "a , b . c , 1 . d , 2 , e ."),
    ("..,,..--1-2--3-", "., ,. -- 1 -2 --3 -"),
    ("5.", "5 ."),
    (".5 ,5 5, -5 5-", "0.5 , 5 5 , - 5 5 -"),
    ("Tom &amp; Jerry &lt;3 &quot;cheese&quot; &gt; bread", "Tom & Jerry <3 \"cheese\" > bread"),
    ("&amp;lt; &amp;amp; &apos; &#39; &nbsp;", "< & ' ' &nbsp;"),
    ("a <skipped> b<skipped>c", "a b c"),
    ("a hyphen-\nated word\nover lines", "a hyphenated word over lines"),
    ("line\r\nends\rdiffer", "line ends differ"),
    ("don't can't won't 'quoted'", "do n't can 't won't ' quoted '"),
    ("[brackets] {braces} (parens) <angles>", "[ brackets ] { braces } ( parens ) < angles >"),
    ("a/b\\c|d~e`f^g_h@i#j%k*l+m=n?o!p;q:r", "a / b \\ c | d ~ e ` f ^ g _ h @ i # j % k * l + m = n ? o ! p ; q : r"),
    ("http://example.org/a_b?c=d&e=f#g", "https://example.org/a-b?c=d&e=f"),
    ("user@example.com wrote: hi!!! :-)", "user@example.org wrote: hi! :)"),
    ("Straße und Größe, München; Köln.", "Strasse und Größe, München, Köln."),
    ("Ένα μικρό παιδί παίζει με τη μπάλα.", "Ένα παιδί παίζει με μια μπάλα."),
    ("Мальчик играет с мячом, а девочка поёт.", "Мальчик играл с мячом и девочка пела."),
    ("这是一个测试。", "這是一個測試。"),
    ("これはテストです、はい。", "これはテストでした。"),
    ("naïve café — déjà vu… “quotes” ‘single’", "naive cafe - deja vu... \"quotes\" 'single'"),
    ("e\u0301 decomposed", "é decomposed"),
    ("family 👨‍👩‍👧 and flag 🇩🇪 👍🏽", "family 👨‍👩‍👦 and flag 🇫🇷 👍"),
    ("no\u00a0break\u2009thin\u3000wide\u200bzero", "no break thin wide zero"),
    ("unit\x1fgroup\x1drecord\x1efile\x1cend\x85next", "unit group record file end next"),
    ("trailing space   ", "   leading space"),
    ("tabs\tand  double   spaces", "tabs and double spaces"),
    ("İstanbul ISTANBUL ıstanbul K Å ẞ", "i̇stanbul istanbul istanbul k å ß"),
    ("ALL CAPITALS HERE NOW", "all capitals here now"),
    ("The runners were running happily and quickly", "The runner ran happy and quick runs"),
    ("generalizations of organizations' rationalities", "a generalization by organizing rational realities"),
    ("dying flies skies news innings proceed succeed exceed", "die fly sky new inning proceeding succeeded exceeding"),
    ("the the the the the the the", "the cat is on the mat the"),
    ("b a", "a b"),
    ("d c b a", "a b c d"),
    ("e x e c u t i o n", "i n t e n t i o n"),
    ("kitten", "sitting"),
    ("abcdefghij", "bcdefghija"),
    ("a a a a b", "b a a a a"),
    ("0123456789", "0 1 2 3 4 5 6 7 8 9"),
    ("--", "-"),
    ("$", "€"),
    ("'", "''"),
    ("A. B. C. 1. 2. 3.", "A.B.C.1.2.3."),
    ("Mr. Smith paid 3,50 EUR; Dr. Jones 4.75.", "Mr Smith paid 3.50 EUR, Dr Jones 4,75."),
    ("٣٫١٤ ١٬٠٠٠ arabic digits ²³ ½", "3.14 1,000 arabic digits 2 3 1/2"),
]

WORDS = ("the a of to and in is was on with man woman child dog ball house street river small large red green old young walks runs "
         "plays sees holds jumps over under near quickly slowly two three people one 1,000 3.5 2010-11 U.S. it's (again) ; , . ! ? "
         "\"yes\" &quot; über straße").split()


def drawn(seed, n, longest, mistakes):
    """Sentences of WORDS with mistakes."""
    r = random.Random(seed)
    pairs = []
    for _ in range(n):
        ref = [r.choice(WORDS) for _ in range(r.randint(1, longest))]
        hyp = []
        for w in ref:
            what = r.random()
            if what < mistakes / 3:
                continue
            hyp.append(r.choice(WORDS) if what < 2 * mistakes / 3 else w)
            if what > 1 - mistakes / 3:
                hyp.append(r.choice(WORDS))
        if r.random() < mistakes:
            r.shuffle(hyp)
        pairs.append((" ".join(hyp), " ".join(ref)))
    return pairs


def letters(seed, n, longest):
    """Short words of three letters: many ways of aligning them are equally short."""
    r = random.Random(seed)
    word = lambda: "".join(r.choice("ab ") for _ in range(r.randint(0, longest)))
    return [(word(), word()) for _ in range(n)]


CORPORA = {
    "written": WRITTEN,
    "good": drawn(1, 40, 25, .1),
    "middling": drawn(2, 40, 25, .4),
    "bad": drawn(3, 20, 15, .9),
    "short": drawn(4, 20, 3, .3),
    "long": drawn(5, 3, 400, .3),
    "letters": letters(6, 120, 12),
    "nothing in common": [("x y z w v", "a b c d e"), ("q", "p")],
    "no hypothesis": [("", "a b c d e"), ("", "p")],
    "no reference": [("a b c d e", ""), ("p", "")],
    "no bigram matches": [("b a d c f e", "a b c d e f")],
}


def edits(o):
    return [o.substitutions, o.insertions, o.deletions, o.hits]


def score(pairs):
    hyp, ref = [h for h, _ in pairs], [r for _, r in pairs]
    out = {"hyp": hyp, "ref": ref}
    for tok in ("13a", "none"):
        for effective in (False, True):
            metric = BLEU(tokenize=tok, effective_order=effective)
            b = metric.corpus_score(hyp, [ref])
            out[f"bleu {tok} {'yes' if effective else 'no'}"] = {
                "score": b.score, "precisions": b.precisions, "brevity_penalty": b.bp, "hypothesis_length": b.sys_len,
                "reference_length": b.ref_len, "signature": str(metric.get_signature()),
                "sentences": [BLEU(tokenize=tok, effective_order=effective).sentence_score(h, [r]).score for h, r in pairs],
            }
    metric = CHRF()
    out["chrf"] = {"score": metric.corpus_score(hyp, [ref]).score, "signature": str(metric.get_signature()),
                   "sentences": [CHRF().sentence_score(h, [r]).score for h, r in pairs]}
    for stem in (False, True):
        scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=stem)
        out["rouge stem" if stem else "rouge"] = [
            [100 * scorer.score(r, h)[k].fmeasure for k in ("rouge1", "rouge2", "rougeL")] for h, r in pairs]
    # A lone white space that is no blank parts words with us: it is made one for jiwer.
    blank = lambda all: [" ".join(s.split()) for s in all]
    for name, f, h, r in (("wer", jiwer.process_words, blank(hyp), blank(ref)), ("cer", jiwer.process_characters, hyp, ref)):
        whole = f(r, h)
        out[name] = {"rate": getattr(whole, name), "edits": edits(whole), "sentences": [edits(f(y, x)) for x, y in zip(h, r)]}
    return out


def stems():
    bases = ("act adopt agree allow analog apolog b be betray bl bound boy by carry cease centr commun condition control crazy cr decis defens "
             "depend differ digit dy electr enjoy fail fall feud fil fizz fl form formal gen geo happ hav hesit hiss hop hopp inn int lay lov mat "
             "motor oper organ philo plast play probat radical ration relat rel roll sens siz sk sky sp speak st succ sy syzyg tann tr tri "
             "trouble try use valu vi viet vil w wax wow x1 y yell yes yy z 2nd 7th").split()
    ends = ("|s|es|ies|ied|ed|ing|ings|eed|y|ly|ily|ally|al|ali|alli|ational|ation|ations|tional|enci|anci|izer|izers|bli|abli|bly|entli|ently|eli|ousli|"
            "ization|ator|alism|iveness|fulness|ousness|aliti|ality|iviti|biliti|bility|fulli|fully|logi|logy|ology|icate|ative|alize|iciti|icity|"
            "ical|ful|ness|ance|ence|er|ers|ic|able|ible|ant|ement|ment|ent|ion|sion|tion|ou|ism|ate|iti|ous|ive|ize|e|ee|ll|lle|ss|sses|us").split("|")
    r = random.Random(7)
    words = [b + e for b in bases for e in ends]
    words += ["".join(r.choice("aeiouybcdlstzwx") for _ in range(r.randint(1, 6))) + r.choice(ends) for _ in range(1500)]
    words += "sky skies dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed".split()
    stemmer = PorterStemmer()
    return {w: stemmer.stem(w) for w in words if w}


with open(os.path.join(HERE, "sequences.json"), "w") as f:
    json.dump({name: score(pairs) for name, pairs in CORPORA.items()}, f, ensure_ascii=False, indent=0, separators=(",", ":"))
    f.write("\n")
with open(os.path.join(HERE, "stems.tsv"), "w") as f:
    f.writelines(f"{w}\t{s}\n" for w, s in sorted(stems().items()))
