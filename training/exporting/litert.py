"""From a Keras network to LiteRT or a SavedModel, through TensorFlow.

A fixed batch lets LiteRT plan its memory ahead and hand the whole graph to XNNPACK.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from emotion.quiet import quiet_stderr
from errors import ConfigError, ModelError
from training.exporting.litert_file import softened
from training.exporting.walking import asked_anew

F32 = npt.NDArray[np.float32]


def converted(model: Any, quantize: str, *, batch: int = 1, calibration: F32 | None = None) -> bytes:
    """Return a LiteRT file that takes and gives float32.

    Args:
        model: A Keras model, (batch, side, side, channels) in 0–1 → (batch, 7), one or several.
        quantize: "none"; "float16", weights only; "int8", weights for each channel and activations, whose ranges are
            those that they have on `calibration` (Jacob et al. 2018, arXiv:1712.05877); or "dynamic", the same weights,
            and activations in the range that they have in each picture.
        batch: Pictures at once.
        calibration: float32 (N, side, side, channels), real pictures, some hundreds.

    Raises:
        ConfigError: int8 without pictures.
        ModelError: The converter cannot.
    """
    import tensorflow as tf

    if quantize == "int8" and (calibration is None or len(calibration) < batch):
        raise ConfigError("int8 needs real pictures to calibrate on; give --data.")
    # Through a SavedModel: the converter's own way from Keras models fails on some of the larger networks.
    with tempfile.TemporaryDirectory() as folder:
        save(model, Path(folder) / "model", batch=batch)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(Path(folder) / "model"))
        if quantize != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            converter.target_spec.supported_types = [tf.float16]
        elif quantize == "int8" and calibration is not None:
            whole = len(calibration) // batch * batch
            groups = calibration[:whole].reshape(-1, batch, *calibration.shape[1:])
            converter.representative_dataset = lambda: ([group] for group in groups)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        try:
            with _silence():
                made = bytes(converter.convert())
        except Exception as error:  # the converter raises its own kinds, and plain ones
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"{model.name} cannot become LiteRT ({reason}); export it as onnx or keras.") from error
    return softened(made) if quantize == "int8" else made


def save(model: Any, folder: Path, *, batch: int = 1) -> None:
    """Write a SavedModel with one signature, "serve", for a fixed batch."""
    # Without a signature Keras leaves the batch open, whatever the input says, and the flattening is worked out anew
    # for every picture.
    takes = keras.InputSpec(shape=(batch, *model.input_shape[1:]), dtype="float32", name="face")
    with _silence():
        _fixed(model, batch).export(str(folder), format="tf_saved_model", verbose=False, input_signature=[takes])


def _fixed(model: Any, batch: int) -> Any:
    """Return the network for a fixed batch, its outputs under their names where there are several.

    Dropout does nothing here, but on JAX its seeds would come along, as integers that LiteRT does not have.
    """
    pixels = keras.Input(batch_shape=(batch, *model.input_shape[1:]), name="face")
    if isinstance(model, keras.Sequential):
        kept = [layer for layer in model.layers if not isinstance(layer, keras.layers.Dropout)]
        return keras.Sequential([pixels, *kept], name=model.name)

    def called(layer: Any, *args: Any, **kwargs: Any) -> Any:
        return args[0] if isinstance(layer, keras.layers.Dropout) else layer(*args, **kwargs)

    outputs = asked_anew(model, pixels, called)
    # Named outputs become the file's signature: their order in a LiteRT file means nothing.
    named = dict(zip(model.output_names, outputs, strict=True)) if len(outputs) > 1 else outputs[0]
    return keras.Model(pixels, named, name=model.name)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Drop what exporter and converter print: the one its captures, the other its options."""
    with contextlib.redirect_stdout(io.StringIO()), quiet_stderr():
        yield
