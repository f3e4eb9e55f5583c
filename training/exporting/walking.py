"""A Keras network as a list of steps: which layer is asked in what order, and about whose outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from errors import ModelError


@dataclass(frozen=True, slots=True)
class Step:
    """One layer at work.

    Args:
        layer: The Keras layer.
        inputs: What it takes, as numbers of tensors; 0 is the picture.
        output: The number of what it gives.
        shape: Of the output, without the batch.
    """

    layer: Any
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """All steps in an order in which they can be taken, and the numbers of the tensors that come out."""

    steps: tuple[Step, ...]
    outputs: tuple[int, ...]


def walk(model: Any) -> Walk:
    """Follow a picture through a network; dropout, which does nothing outside training, is left out.

    Args:
        model: A Keras `Sequential` or functional model with one input.

    Raises:
        ModelError: When it holds another network, or is put together in some other way.
    """
    steps: list[Step] = []
    known: list[Any] = [_input_of(model)]  # keeps the symbolic tensors alive, so that their identities stay apart
    number = {id(known[0]): 0}

    def take(layer: Any, *given: Any, **_: Any) -> Any:
        if hasattr(layer, "layers"):
            raise ModelError(f"{model.name} holds the network {layer.name} as a layer; build it of single layers.")
        arguments = given[0] if isinstance(given[0], list | tuple) else given[:1]
        if isinstance(layer, keras.layers.Dropout):
            return arguments[0]
        result = layer(*given)
        known.append(result)
        number[id(result)] = len(number)
        numbers = tuple(number[id(argument)] for argument in arguments)
        steps.append(Step(layer, numbers, number[id(result)], tuple(result.shape[1:])))
        return result

    if isinstance(model, keras.Sequential):
        end = known[0]
        for layer in model.layers:
            end = take(layer, end)
        return Walk(tuple(steps), (number[id(end)],))
    outputs = tuple(number[id(output)] for output in asked_anew(model, known[0], take))
    return Walk(tuple(steps), outputs)


def asked_anew(model: Any, pixels: Any, call: Callable[..., Any]) -> list[Any]:
    """Ask a functional network's own layers about another input, each by `call(layer, *inputs)`.

    Returns:
        Its outputs.
    """
    inputs = keras.tree.map_structure(lambda _: pixels, model.input)  # Keras may keep the one input in a list
    copy = keras.models.clone_model(model, input_tensors=inputs, clone_function=lambda layer: layer, call_function=call)
    return list(copy.outputs)


def _input_of(model: Any) -> Any:
    if not isinstance(model, keras.Model) or len(getattr(model, "inputs", None) or ()) != 1:
        raise ModelError("The network is not one that takes one picture; export a Sequential or functional one.")
    return keras.Input(batch_shape=tuple(model.input_shape), name="face")
