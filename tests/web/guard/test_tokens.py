"""What a token needs for its name to be believed."""

import time

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.web.guard.tokens import LEEWAY, LONGEST_LIFE, TokenError, named_by

SECRET = "a secret of the intranet, long enough to sign with"


def signed(secret=SECRET, algorithm="HS256", **claims):
    now = int(time.time())
    given = {"sub": "anna@city.example", "iat": now, "exp": now + 600} | claims
    kept = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


def refused(token):
    with pytest.raises(TokenError) as error:
        named_by(token, SECRET)
    return str(error.value)


def test_a_signed_token_names_the_visitor():
    assert named_by(signed(), SECRET) == "anna@city.example"
    assert named_by(signed(aud="qa"), SECRET) == "anna@city.example"
    assert named_by(signed(aud=["wiki", "qa"]), SECRET) == "anna@city.example"
    assert named_by(signed(sub="Søren Øst"), SECRET) == "Søren Øst"


def test_an_expired_token_is_refused_beyond_what_clocks_may_differ():
    now = int(time.time())

    assert named_by(signed(iat=now - 600, exp=now - LEEWAY + 10), SECRET)
    assert "has expired" in refused(signed(iat=now - 600, exp=now - LEEWAY - 10))


def test_a_token_of_the_future_is_refused_beyond_what_clocks_may_differ():
    now = int(time.time())

    assert named_by(signed(iat=now + LEEWAY - 10, exp=now + 600), SECRET)
    assert "from a later time" in refused(signed(iat=now + LEEWAY + 60, exp=now + 600))


def test_a_token_may_live_for_a_quarter_of_an_hour_at_most():
    now = int(time.time())

    assert named_by(signed(iat=now, exp=now + LONGEST_LIFE), SECRET)
    assert "15 minutes" in refused(signed(iat=now, exp=now + LONGEST_LIFE + 1))


@pytest.mark.parametrize("claim", ["sub", "iat", "exp"])
def test_a_token_lacks_none_of_its_claims(claim):
    assert f"lacks the claim {claim}" in refused(signed(**{claim: None}))


@pytest.mark.parametrize("name", ["", "   ", "a" * 201, "two\nlines"])
def test_a_name_is_one_that_can_be_written_down(name):
    assert "names nobody" in refused(signed(sub=name))


def test_a_token_for_another_service_is_refused():
    assert "another service" in refused(signed(aud="wiki"))
    assert "another service" in refused(signed(aud=["wiki"]))


def test_a_token_that_another_secret_signed_is_refused():
    assert "not signed with the secret" in refused(signed(secret="another secret, just as long as the first one is"))


def test_only_the_one_algorithm_is_believed():
    unsigned = jwt.encode({"sub": "anna", "iat": int(time.time()), "exp": int(time.time()) + 60}, None, "none")

    assert "not signed with the secret" in refused(unsigned)
    assert "not signed with the secret" in refused(signed(secret=SECRET * 2, algorithm="HS512"))
    # The right secret does not make another algorithm right.
    assert "not signed with the secret" in refused(signed(secret=SECRET, algorithm="HS384"))


@given(st.text(max_size=200))
def test_whatever_is_no_token_is_refused(text):
    refused(text)
