import pytest

from qa.web.ask.page import STARTERS, starters


@pytest.mark.parametrize("count", [STARTERS, STARTERS + 1, 30, 56])
def test_starters_are_spread_over_the_documents(count):
    titles = [(f"{number}.md", f"Title {number}") for number in range(count)]

    found = [int(title.removeprefix("Title ")) for title in starters(titles)]

    assert len(found) == STARTERS
    assert found == sorted(set(found))
    assert found[-1] - found[0] >= count // 2


@pytest.mark.parametrize("count", range(STARTERS))
def test_few_documents_are_all_starters(count):
    titles = [(f"{number}.md", f"Title {number}") for number in range(count)]

    assert starters(titles) == [title for _, title in titles]
