"""What a log may hold: addresses without the private part of a link, which would open the page to whoever reads it."""

import logging
import re

PRIVATE_PART = re.compile(r"[\w:.=-]{40,}")  # tokens are longer, ids of rows are not


class WithoutTokens(logging.Filter):
    """Django logs the address of every refused request; whatever looks like a token is left out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_plain(one) for one in record.args)
        return True


def _plain(said: object) -> object:
    return PRIVATE_PART.sub("…", said) if isinstance(said, str) else said
