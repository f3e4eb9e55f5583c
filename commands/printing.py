"""What every command needs: settings, a console, JSON as text, and an end with a message."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from app import Settings


def settings(model: str | None = None, detector: str | None = None) -> Settings:
    from app import Settings

    return Settings.of(os.environ, model=model, detector=detector)


def console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)  # a path may hold [b] or :cat:


def as_text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # another locale, or a file name that is no UTF-8: escapes say the same
        return json.dumps(value)
    return text


class training_group:  # noqa: N801  (reads as a statement: with training_group():)
    """Say what to install when the train group is missing."""

    def __enter__(self) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith(("training", "emotion")):
            extra = "train,jax" if (error.name or "").startswith("jax") else "train"
            raise ConfigError(
                f"This needs the training group ({error.name} is missing): pip install 'mien[{extra}]', "
                "or `make setup` in a clone."
            ) from error


def fail(message: str, code: int) -> NoReturn:
    print(f"mien: {message}", file=sys.stderr)
    sys.exit(code)
