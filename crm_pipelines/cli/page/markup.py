"""HTML from Python calls: text is escaped, markup is a type of its own, so that no value of a file becomes markup."""

import re
from html import escape

_VOID = frozenset({"br", "meta", "rect", "line", "path", "circle"})
_JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BIDI = str.maketrans(dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\ufffd"))


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Markup | None


def tag(name: str, /, *content: Content, **attributes: str | int | float | None) -> Markup:
    """An element; `class_` is the attribute `class`, `aria_label` is `aria-label`, None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>" if name in ("br", "meta") else f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(*content)}</{name}>")


def join(*content: Content) -> Markup:
    """Pieces one after the other; None is nothing."""
    return Markup(
        "".join(piece if isinstance(piece, Markup) else escape(_visible(piece)) for piece in content if piece)
    )


def data_text(text: str, name: str = "bdi", **attributes: str | None) -> Markup:
    """A text of the file: set apart from the words around it, in Japanese shapes where it is Japanese."""
    return tag(name, text, lang="ja" if _JAPANESE.search(text) else None, **attributes)


def _visible(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text.translate(_BIDI))
