"""The body of a request, which may neither grow nor take its time without bound."""

import asyncio

from starlette.types import Message, Receive

LARGEST_BODY = 1_000_000
"""Bytes of a request's body; a question has a few hundred, a long dialogue some ten thousand."""
LONGEST_BODY_SECONDS = 30.0


class BodyRefusedError(Exception):
    """A body was too large or too slow; `status` is the HTTP status that says so."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Body:
    """Hands out what arrives of a request's body, at most `largest` bytes of it."""

    def __init__(self, receive: Receive, largest: int = LARGEST_BODY) -> None:
        self._receive = receive
        self._largest = largest
        self._size = 0
        self._complete = False

    async def receive(self) -> Message:
        """Return the next message. Raises `BodyRefusedError` beyond the bounds."""
        if self._complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), LONGEST_BODY_SECONDS)
        except TimeoutError as error:
            raise BodyRefusedError(408, "The request took too long to arrive.") from error
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > self._largest:
            raise BodyRefusedError(413, too_large(self._largest))
        return message


def too_large(largest: int) -> str:
    """Return the sentence for a body that is larger than `largest` bytes."""
    return f"The request is larger than {largest:,} bytes."
