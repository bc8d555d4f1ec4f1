"""Send what waits: channel by channel at the same time, so that a slow or broken one keeps nobody waiting.

What fails is tried again later, after twice the time at each try; a channel that failed is left alone for the rest of
the pass. A message that was sent and not yet noted as sent is sent again under the same id.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crm_pipelines.alerts.book import AlertBook, Message
from crm_pipelines.alerts.channels import Clock, Sender, now_utc
from crm_pipelines.alerts.posting import ChannelError
from crm_pipelines.model.errors import Fault, StepError
from crm_pipelines.rules.alerts import Channel

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
_MOST_DOUBLINGS = 12
_PASS = timedelta(seconds=20)
"""A pass begins no further message of a channel after this; the rest is for the next one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a pass came to.

    Attributes:
        errors: channel -> why it did not take a message.
    """

    n_sent: int
    errors: Mapping[str, Fault]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends what waits in a book.

    Attributes:
        path: of the book.
        channels: of the project, by name.
        give_up_after: a message older than this is given up when a try fails.
    """

    path: Path
    channels: Mapping[str, Channel]
    sender: Sender
    give_up_after: timedelta
    clock: Clock = now_utc

    def send_waiting(self) -> Sent:
        """Send all that is due."""
        with AlertBook.opened(self.path) as book:
            names = sorted({message.channel for message in book.waiting()})
        if not names:
            return Sent(0, {})
        with ThreadPoolExecutor(len(names), thread_name_prefix="alerts") as threads:
            done = list(threads.map(self._send_to, names))
        errors = {name: error for name, (_, error) in zip(names, done, strict=True) if error is not None}
        return Sent(sum(n_sent for n_sent, _ in done), errors)

    def _send_to(self, name: str) -> tuple[int, Fault | None]:
        """Send to one channel until it has all, fails, or the pass is over."""
        n_sent, began, channel = 0, self.clock(), self.channels.get(name)
        with AlertBook.opened(self.path) as book:
            while self.clock() - began < _PASS and (message := book.take(name, self.clock())) is not None:
                if channel is None:
                    book.failed(message, Fault("alert.channel_gone", {"channel": name}), None, self.clock())
                    continue
                error = self._send(book, channel, message)
                if error is not None:
                    return n_sent, error
                n_sent += 1
        return n_sent, None

    def _send(self, book: AlertBook, channel: Channel, message: Message) -> Fault | None:
        try:
            note = self.sender.send(channel, message)
        except ChannelError as error:
            return self._failed(book, message, error.fault)
        except Exception as error:  # noqa: BLE001 - whatever breaks in one channel, the others go on
            return self._failed(book, message, StepError.of("alerts", error).fault)
        book.sent(message, self.clock(), note)
        return None

    def _failed(self, book: AlertBook, message: Message, error: Fault) -> Fault:
        now = self.clock()
        is_over = now - message.created_at > self.give_up_after
        book.failed(message, error, None if is_over else now + _wait(message.n_tries, error), now)
        return error


def _wait(n_tries: int, error: Fault) -> timedelta:
    """Until the next try; longer where the other side asked for it."""
    wait = min(_FIRST_WAIT * (1 << min(n_tries, _MOST_DOUBLINGS)), _LONGEST_WAIT)
    asked = error.facts.get("retry_after_seconds")
    return max(wait, timedelta(seconds=asked)) if isinstance(asked, int | float) else wait
