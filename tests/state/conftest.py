import pytest

from qa.settings import Settings
from qa.state.state import State


@pytest.fixture
def chosen(tmp_path):
    return Settings(state=tmp_path / "state", log_questions=True)


@pytest.fixture
def state(chosen):
    kept = State(chosen)
    yield kept
    kept.questions.close()
