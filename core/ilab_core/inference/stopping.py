# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Turn the bytes of tokens into text as they come, and end it at a stop string."""

from __future__ import annotations

import codecs


class TextStream:
    """Text that grows token by token.

    A character may span tokens, and so may a stop string: what could still become one is held back.
    """

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = tuple(text for text in stop if text)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._given: list[str] = []
        self.stopped = False

    @property
    def text(self) -> str:
        """Everything given out so far, which never contains a stop string."""
        return "".join(self._given)

    def push(self, data: bytes) -> str:
        """Return the text that is certain after one more token; `stopped` tells whether it was the last."""
        self._held += self._decoder.decode(data)
        found = [place for place in (self._held.find(text) for text in self._stop) if place >= 0]
        if found:
            self.stopped = True
            return self._give(min(found))
        return self._give(len(self._held) - self._possible_start())

    def finish(self) -> str:
        """Return what was held back: no more tokens come."""
        self._held += self._decoder.decode(b"", final=True)
        return self._give(len(self._held))

    def _give(self, length: int) -> str:
        piece, self._held = self._held[:length], self._held[length:]
        self._given.append(piece)
        return piece

    def _possible_start(self) -> int:
        """Return the length of the longest end of the held text that begins a stop string."""
        longest = max(map(len, self._stop), default=1) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(text.startswith(self._held[-length:]) for text in self._stop):
                return length
        return 0
