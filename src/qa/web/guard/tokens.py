"""Tokens by which an embedding page's backend says who sits in front of it: JSON Web Tokens (RFC 7519), HS256."""

import jwt

from qa.errors import QAError

ALGORITHM = "HS256"
AUDIENCE = "qa"
LONGEST_LIFE = 15 * 60
"""Seconds between a token's `iat` and its `exp`, at most."""
LEEWAY = 30
"""Seconds that the clocks of two machines may differ."""
LONGEST_NAME = 200


class TokenError(QAError):
    """A token says nothing that can be believed; the text tells the embedding page's engineer why."""


def named_by(token: str, secret: str) -> str:
    """Return the name that a token was signed for. Raises `TokenError` for one that cannot be believed."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            leeway=LEEWAY,
            options={"require": ["sub", "iat", "exp"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenError("The token has expired: have a new one signed.") from error
    except jwt.ImmatureSignatureError as error:
        raise TokenError("The token holds from a later time: set the clocks of both machines.") from error
    except jwt.MissingRequiredClaimError as error:
        raise TokenError(f"The token lacks the claim {error.claim}: it needs sub, iat and exp.") from error
    except jwt.PyJWTError as error:
        raise TokenError(
            "The token was not signed with the secret of this site: check secret and algorithm (HS256)."
        ) from error
    if int(claims["exp"]) - int(claims["iat"]) > LONGEST_LIFE:
        raise TokenError(f"The token lives too long: between iat and exp may lie {LONGEST_LIFE // 60} minutes.")
    audience = claims.get("aud", AUDIENCE)
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise TokenError(f"The token is meant for another service: its claim aud has to be {AUDIENCE}, or be left out.")
    name = str(claims["sub"]).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TokenError(f"The token names nobody: its claim sub needs 1 to {LONGEST_NAME} printable characters.")
    return name
