"""Take a cell of phone numbers apart: which numbers, what their labels and remarks say, which extension.

The cell is read as runs of digits and the texts between them. A run is a number, the rest of a number cut by a slash,
the short end of a second number (`03-1234-5678/5679`), an extension, or a digit of some remark.
"""

import re
from dataclasses import dataclass, replace

from crm_pipelines.standardise.phone_marks import (
    TRUNK,
    extension_before,
    has_letter_beside,
    is_fax,
    is_representative,
    prepared_cell,
)

_RUN = re.compile(r"\(*(?:\+[ (]*)?[0-9](?:[ ().\-=_]*[0-9])*")
_DIGITS = re.compile(r"[0-9]+")
_GAP = re.compile(r"[ (]+(?=0)")
_ANY_GAP = re.compile(r" +")
_JOINT = re.compile(r" ?[/,・、|:] ?")
_SUFFIX = re.compile(r" ?\([^()]*\)")
_SHORTEST = 7
_TWO_NUMBERS = 16


@dataclass(frozen=True, slots=True)
class PhoneText:
    """One number of a cell: its digits with a `+` where written, and what stood around it.

    Attributes:
        number: digits, behind a `+` where one was written.
        head: the digits before the first separator; empty for a number written without one.
        extension: digits of the extension, or empty.
        flags: `fax`, `representative`, `range`.
        rules: what had to be done beyond taking separators out.
        is_masked: letters or mask signs stand in or at the digits.
    """

    number: str
    head: str = ""
    extension: str = ""
    flags: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    text: str
    digits: str


def phone_texts(raw: str | None) -> list[PhoneText]:
    """Take a cell apart into its numbers.

    Returns:
        One per number in its order; a fragment without digits is a remark and left out, unless the whole cell has none.
        Empty for an empty cell.
    """
    text, rules = prepared_cell(raw)
    if not text:
        return []
    runs = _joined([part for match in _RUN.finditer(text) for part in _split(match)], text)
    if not runs:
        return [PhoneText("")]
    found = _Reading(text, runs).numbers()
    return [replace(number, rules=rules + number.rules) for number in found] if rules else found


class _Reading:
    """Reads the runs of one cell from left to right."""

    def __init__(self, text: str, runs: list[_Run]) -> None:
        self._text = text
        self._runs = runs
        self._found: list[PhoneText] = []
        self._extension = ""
        self._number_end = -1

    def numbers(self) -> list[PhoneText]:
        last_end = label_start = 0
        for place, run in enumerate(self._runs):
            after = self._runs[place + 1].start if place + 1 < len(self._runs) else len(self._text)
            if len(run.digits) < _SHORTEST and self._took_short(run, last_end):
                label_start = last_end = self._number_end = run.end
                continue
            if len(run.digits) >= _SHORTEST:
                label_start = self._take(run, label_start, after, is_last=place + 1 == len(self._runs))
                self._number_end = run.end
            last_end = run.end
        return self._found or [self._number(self._runs[0], 0, len(self._text), len(self._text))]

    def _took_short(self, run: _Run, last_end: int) -> bool:
        between = self._text[last_end : run.start] + run.text[: run.text.find(run.digits[0])]
        if extension_before(between, len(run.digits)):
            if not self._found:
                self._extension = run.digits
            elif not self._found[-1].extension:
                flags = {"representative"} if is_representative(self._text, last_end, run.start) else set()
                self._change(extension=run.digits, flags=tuple(sorted({*self._found[-1].flags, *flags})),
                             rules=(*self._found[-1].rules, "phone.extension"))  # fmt: skip
            return True
        if not self._found or last_end != self._number_end:
            return False
        sign = between.strip(" ")
        if sign == "~":
            self._change(flags=tuple(sorted({*self._found[-1].flags, "range"})))
            return True
        if sign in ("/", "・") or (sign in (",", "、", "|", "\n") and len(run.digits) == 4):
            return self._abbreviated(run.digits)
        return False

    def _abbreviated(self, end: str) -> bool:
        whole = self._found[-1]
        if whole.extension or len(whole.number) < len(end) + 5 or len(end) > 4:
            return bool(whole.extension)
        self._found.append(replace(whole, number=whole.number[: -len(end)] + end,
                                   rules=(*whole.rules, "phone.abbreviated")))  # fmt: skip
        return True

    def _change(self, **changes: object) -> None:
        self._found[-1] = replace(self._found[-1], **changes)  # type: ignore[arg-type] # fields of a phone

    def _take(self, run: _Run, label_start: int, after: int, *, is_last: bool) -> int:
        """Note a number; return where the label of the next one begins."""
        suffix = _SUFFIX.match(self._text, run.end, after)
        end = after if is_last else suffix.end() if suffix else run.end
        self._found.append(self._number(run, label_start, end, after))
        self._extension = ""
        return end

    def _number(self, run: _Run, label_start: int, suffix_end: int, after: int) -> PhoneText:
        pure = TRUNK.sub("", run.text)
        groups = _DIGITS.findall(pure)
        plus = "+" if "+" in run.text else ""
        spans = ((label_start, run.start), (run.end, suffix_end))
        flags = {"fax"} if any(is_fax(self._text, *span) for span in spans) else set()
        if any(is_representative(self._text, *span) for span in spans):
            flags.add("representative")
        masked = has_letter_beside(self._text, run.start, run.end, after, len(run.digits))
        head = groups[0] if len(groups) > 1 else ""
        rules = ("phone.extension",) if self._extension else ()
        return PhoneText(plus + "".join(groups), head, self._extension, tuple(sorted(flags)), rules, masked)


def _split(match: re.Match[str]) -> list[_Run]:
    """Cut a run of digits that holds several whole numbers: where a space or bracket begins another, or in halves."""
    text, start = match[0], match.start()
    count = sum(map(str.isdigit, text))
    if count < _TWO_NUMBERS:
        return [_run(text, start)]
    cuts: list[tuple[int, int]] = []
    here = seen = 0
    for gap in _GAP.finditer(text):
        seen += sum(map(str.isdigit, text[here : gap.start()]))
        here = gap.start()
        if seen - (cuts[-1][1] if cuts else 0) >= 8 and count - seen >= 9:
            cuts.append((gap.start(), seen))
    if not cuts:
        cuts = [(gap, count // 2) for gap in _middle_gap(text, count)]
    places = [0, *(place for place, _ in cuts), len(text)]
    return [_run(text[a:b], start + a) for a, b in zip(places, places[1:], strict=False)]


def _middle_gap(text: str, count: int) -> list[int]:
    seen = here = 0
    for gap in _ANY_GAP.finditer(text):
        seen += sum(map(str.isdigit, text[here : gap.start()]))
        here = gap.start()
        if seen * 2 == count:
            return [gap.start()]
    return []


def _run(text: str, start: int) -> _Run:
    return _Run(start, start + len(text), text, "".join(_DIGITS.findall(text)))


def _joined(runs: list[_Run], text: str) -> list[_Run]:
    """Join what a slash or comma cut inside one number (`030/22732152`, `03/5253/1111`)."""
    joined: list[_Run] = []
    has_number = False
    for run in runs:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, run, has_number) and _JOINT.fullmatch(text, last.end, run.start):
            joined[-1] = _Run(last.start, run.end, f"{last.text}/{run.text}", last.digits + run.digits)
        else:
            has_number = has_number or (last is not None and len(last.digits) >= _SHORTEST)
            joined.append(run)
    return joined


def _goes_on(last: _Run, run: _Run, has_number: bool) -> bool:
    """Whether the first groups of a number (six digits at most before the first joint) may go on with this run."""
    if has_number and last.digits[0] != "0":
        return False
    return len(last.digits) <= (8 if "/" in last.text else 6) and not _is_whole(run)


def _is_whole(run: _Run) -> bool:
    return len(run.digits) >= 10 or (len(run.digits) >= 9 and run.digits[0] == "0") or "+" in run.text
