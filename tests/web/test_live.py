from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.errors import IndexDamagedError, IndexMissingError
from qa.web.live import LiveAssistant

BEFORE = "The tide gate is closed above nine metres."
AFTER = "The tide gate is closed above seven metres."


@pytest.fixture
def built(build):
    return build({"gate.md": f"# Tide gate\n\n{BEFORE}\n"})


def change(built):
    (built.corpus / "gate.md").write_text(f"# Tide gate\n\n{AFTER}\n")
    return built.rebuild().index_id


def damage(built, index_id):
    file = built.index / index_id / "vectors.faiss"
    contents = file.read_bytes()
    file.unlink()
    file.write_bytes(contents[:-1] + bytes([contents[-1] ^ 1]))
    return lambda: file.write_bytes(contents)


def words(live):
    return live.current().ask("When is the tide gate closed?").quotes[0].text


def test_the_same_assistant_answers_while_nothing_changes(built):
    live = LiveAssistant(built.index)

    assert live.current() is live.current()


def test_a_new_generation_is_picked_up(built):
    live = LiveAssistant(built.index)
    assert words(live) == BEFORE

    index_id = change(built)

    assert live.current().index.id == index_id
    assert words(live) == AFTER


def test_the_generation_before_goes_on_answering_while_the_new_one_is_damaged(built):
    live = LiveAssistant(built.index)
    damage(built, change(built))

    assert live.current().index.id == built.report.index_id
    assert words(live) == BEFORE


@pytest.mark.parametrize("contents", [None, "", "../elsewhere 0\n", "no-such-generation 0\n", "\udcff"])
def test_the_generation_in_memory_goes_on_answering_when_current_is_lost(built, contents):
    live = LiveAssistant(built.index)
    current = built.index / "CURRENT"
    current.unlink()
    if contents is not None:
        current.write_text(contents, encoding="utf-8", errors="surrogateescape")

    assert words(live) == BEFORE


def test_a_mended_index_is_picked_up_again(built):
    live = LiveAssistant(built.index)
    mend = damage(built, change(built))
    assert words(live) == BEFORE

    mend()

    assert words(live) == AFTER


def test_answers_go_on_while_the_index_is_built_again_and_again(built):
    live = LiveAssistant(built.index)

    def ask_often():
        return {words(live) for _ in range(30)}

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask_often) for _ in range(3)]
        change(built)
        (built.corpus / "gate.md").write_text(f"# Tide gate\n\n{BEFORE}\n")
        last = built.rebuild().index_id

    assert set().union(*(done.result() for done in asking)) <= {BEFORE, AFTER}
    assert live.current().index.id == last


def test_what_cannot_be_opened_at_the_start_is_refused(built, tmp_path):
    with pytest.raises(IndexMissingError):
        LiveAssistant(tmp_path)
    with pytest.raises(IndexDamagedError):
        LiveAssistant(built.index, "other-model")
