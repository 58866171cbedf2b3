from pathlib import Path

import pytest

from qa import settings
from qa.errors import SettingsError


def test_every_setting_has_a_default() -> None:
    loaded = settings.load()
    assert (loaded.corpus, loaded.index, loaded.model) == (Path("corpus"), Path("index"), None)
    assert (loaded.host, loaded.port) == ("127.0.0.1", 7860)


def test_every_setting_is_described() -> None:
    fields = settings.Settings.model_fields
    assert all(field.description for field in fields.values())


def test_the_environment_overrules_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_CORPUS", "/srv/rules")
    monkeypatch.setenv("QA_PORT", "8080")
    loaded = settings.load()
    assert (loaded.corpus, loaded.port) == (Path("/srv/rules"), 8080)


def test_what_is_given_overrules_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", "8080")
    assert settings.load(port=9090).port == 9090


def test_what_is_given_as_none_was_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", "8080")
    assert settings.load(port=None, corpus=None).port == 8080


@pytest.mark.parametrize("variable", ["QA_CORPSE", "QA_PORTS", "QA_"])
def test_a_variable_that_no_setting_has_is_refused_and_the_known_ones_are_named(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(SettingsError, match=rf"There is no setting {variable}: known are .*QA_CORPUS.*QA_PORT"):
        settings.load()


def test_a_variable_of_another_program_is_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAT_HOME", "/opt/qat")
    monkeypatch.setenv("MY_QA_PORT", "no number")
    assert settings.load() == settings.load()


@pytest.mark.parametrize("value", ["no number", "-1", "70000", ""])
def test_a_value_that_cannot_be_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("QA_PORT", value)
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert str(caught.value).startswith(f"The setting port cannot be {value!r}: ")
    assert "\n" not in str(caught.value)


def test_a_given_name_that_no_setting_has_is_refused() -> None:
    with pytest.raises(SettingsError, match="colour"):
        settings.load(colour="red")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().port = 1


def test_limits_are_told_in_the_units_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_FILE_SECONDS", "2.5")
    monkeypatch.setenv("QA_FILE_MEMORY_MB", "100")
    monkeypatch.setenv("QA_FILE_EXPANDED_MB", "3")
    monkeypatch.setenv("QA_FILE_PAGES", "7")
    limits = settings.load().limits
    assert (limits.seconds, limits.pages) == (2.5, 7)
    assert (limits.memory_bytes, limits.expanded_bytes) == (100 * 1024 * 1024, 3 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accent", "red"),
        ("prefix", "answers/"),
        ("theme", "blue"),
        ("language", "tlh"),
        ("questions_per_minute", 0),
        ("keep_days", 0),
        ("token_secret", "too short"),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name):
        settings.load(**{name: value})


def test_a_secret_is_not_repeated_in_the_sentence_that_refuses_it() -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load(token_secret="a secret of mine")
    assert "a secret of mine" not in str(refused.value)
    assert "32 characters" in str(refused.value)


def test_lists_are_separated_by_commas() -> None:
    loaded = settings.load(origins="https://Intranet.example/, https://b.example", editors=" anna , bert,")
    assert loaded.frame_origins == ["https://intranet.example", "https://b.example"]
    assert loaded.editor_names == ["anna", "bert"]


def test_removed_documents_are_not_kept_among_the_documents(tmp_path: Path) -> None:
    inside = {"corpus": tmp_path, "state": tmp_path / "state"}
    settings.require_apart(settings.load(**inside))
    with pytest.raises(SettingsError, match="QA_STATE"):
        settings.require_apart(settings.load(**inside, editors="anna"))
