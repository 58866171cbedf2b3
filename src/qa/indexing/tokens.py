"""The one tokeniser of index and query.

Words of any script, case and accents folded, English words stemmed (Snowball), English stop words
dropped. Its fingerprint stands in every index, so that questions cannot be cut differently from the
documents they are held against.
"""

import hashlib
import unicodedata
from functools import lru_cache

import regex
import Stemmer

# Short on purpose: words that carry no subject. "us" and "it" stay out of reach of "U.S." and "IT",
# which `_DOTTED` and the case-folding would turn into them.
STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in "
    "into is its me my of on or our she should so some such than that the their them then there these they "
    "this those to was we were what when where which who whom whose why will with would you your".split()
)

# Letters with their marks (Devanagari vowels are marks), digits with inner separators.
_WORD = regex.compile(r"\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*")
_DOTTED = regex.compile(r"\b\p{L}(?:\.\p{L})+\b\.?")
_POSSESSIVE = regex.compile(r"['’](?:s|S)?$")
_NUMBER_SEPARATOR = regex.compile(r"(?<=\p{N}),(?=\p{N}{3})")
# Scripts written without spaces between words: every two neighbouring characters make a token.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_LATIN = regex.compile(r"\p{Latin}")
_ARABIC_ORNAMENTS = regex.compile("[\u0640\u064b-\u065f\u0670]")

# Letters that Urdu, Persian and Arabic keyboards write differently for the same word.
_SAME_LETTERS = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ۃ": "ه", "ہ": "ه"}
)

_stemmer = Stemmer.Stemmer("english", 0)

_PROBE = (
    "The U.S. banned 1,500 of Pakistan’s “madrassas”, the Qur’an, in Île-de-France; پاکستان میں مدرسہ में विद्यालय 学校 "
    "running studies."
)


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    """Return the form under which a word is indexed: folded, and stemmed if it is Latin."""
    word = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    if _LATIN.search(word):
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
        return str(_stemmer.stemWord(word))
    return _ARABIC_ORNAMENTS.sub("", word).translate(_SAME_LETTERS)


def tokenize(text: str) -> list[str]:
    """Return the index tokens of `text`, in order and with repetitions.

    >>> tokenize("The U.S. banned Pakistan's madrassas")
    ['us', 'ban', 'pakistan', 'madrassa']
    """
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    text = _NUMBER_SEPARATOR.sub("", text)
    tokens: list[str] = []
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        if word.casefold() in STOP_WORDS:
            continue
        if _UNSPACED.search(word):
            tokens.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif folded := _fold(word):
            tokens.append(folded)
    return tokens


def fingerprint() -> str:
    """Return a SHA-256 that changes whenever the same text would be cut into other tokens."""
    patterns = (_WORD, _DOTTED, _POSSESSIVE, _NUMBER_SEPARATOR, _UNSPACED, _LATIN, _ARABIC_ORNAMENTS)
    parts = [*sorted(STOP_WORDS), *tokenize(_PROBE), *(p.pattern for p in patterns), str(_SAME_LETTERS)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
