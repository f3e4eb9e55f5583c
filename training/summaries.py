"""A variant's layers as its source prints them, for `mien model summary`."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from errors import ConfigError, lookup
from training.architectures import VARIANTS, Variant, summary

FORMS = ("published", "trained")


def build(name: str, form: str, options: list[str]) -> tuple[Variant, Any]:
    """Build a variant with `key=value` options of its builder, values as in JSON (`pool=4`, `head=classic`).

    Raises:
        UnknownName: There is no such variant or form.
        ConfigError: An option is no `key=value`, or the builder does not know it.
    """
    variant = lookup(VARIANTS, name, "variant")
    lookup(dict.fromkeys(FORMS), form, "form")
    known = [key for key in inspect.signature(variant.build).parameters if key != "form"]
    given: dict[str, Any] = {"side": variant.side}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or key not in known:
            raise ConfigError(f"{option!r} is no option of {name}; give key=value with one of: {', '.join(known)}.")
        try:
            given[key] = json.loads(value)
        except ValueError:
            given[key] = value
    try:
        return variant, variant.build(form, **given)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} cannot be built with {', '.join(options)}: {error}") from error


def summary_json(name: str, form: str, model: Any) -> dict[str, Any]:
    """Return the summary for programs; shapes without the batch."""
    rows = summary(model)
    layers = zip(model.layers, rows, strict=True)
    return {
        "name": name,
        "form": form,
        "input_shape": list(model.input_shape[1:]),
        "parameters": int(model.count_params()),
        "trainable": _trainable(model),
        "layers": [
            {"name": layer.name, "kind": kind, "shape": list(shape), "parameters": parameters}
            for layer, (kind, shape, parameters) in layers
        ],
    }


def show(console: Console, name: str, form: str, variant: Variant, model: Any) -> None:
    """Print layer, output shape and parameters, and what the source said."""
    console.print(Text(f"{name}: {variant.about}\n{variant.source}; it reports {variant.claim}", style="italic"))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("layer")
    table.add_column("kind")
    table.add_column("output", justify="right")
    table.add_column("parameters", justify="right")
    table.add_row("input", "", _times(model.input_shape[1:]), "")
    for layer, (kind, shape, parameters) in zip(model.layers, summary(model), strict=True):
        table.add_row(layer.name, kind, _times(shape), f"{parameters:,}")
    console.print(table)
    total = int(model.count_params())
    console.print(f"{form} form: {total:,} parameters, {_trainable(model):,} trainable")
    if variant.note:
        console.print(variant.note, markup=False)


def _trainable(model: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_variables)


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
