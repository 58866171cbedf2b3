"""What can go wrong and may be told to the person in front of the screen.

Each error's text is one clear sentence: what, where, and what to do. The command line and the web
layer catch `QAError` and nothing else.
"""


class QAError(Exception):
    """A failure whose text may be shown to a user as it stands."""


class SettingsError(QAError):
    """A setting is unknown or has a value that cannot work."""


class CorpusError(QAError):
    """The folder of documents, or one file in it, cannot be used."""


class ModelError(QAError):
    """The embedding model is missing, altered, or of a kind that cannot be exported."""


class IndexMissingError(QAError):
    """There is no index generation to open."""


class IndexDamagedError(QAError):
    """An index generation does not match its own manifest."""


class QuestionError(QAError):
    """A question, or a line of a question file, cannot be asked."""


class StateError(QAError):
    """What people say and ask cannot be kept or read; `reason` says why without naming places on the disk."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason
