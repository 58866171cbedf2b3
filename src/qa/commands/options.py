"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents (QA_CORPUS; default: corpus).", show_default=False)
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index (QA_INDEX; default: index).", show_default=False)
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", help="Embedding model, by name or folder (QA_MODEL; default: the index's own).", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
