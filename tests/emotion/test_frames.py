"""Every picture that a user may hand over: read as they would expect, or refused with a reason and a remedy."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from emotion import frames
from emotion.opencv import cv2
from errors import FrameError

RED, GREEN, BLUE, BLACK = (250, 10, 10), (10, 180, 10), (10, 10, 250), (0, 0, 0)


def corners() -> npt.NDArray[np.uint8]:
    """A 96×64 picture whose four quarters differ, so that no two orientations look alike."""
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:32, :48], pixels[:32, 48:], pixels[32:, :48] = RED, GREEN, BLUE
    return pixels


def saved(picture: Image.Image | npt.NDArray[Any], kind: str, **options: Any) -> bytes:
    """Encode with Pillow, so that reader and writer are not the same library."""
    file = io.BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, kind, **options)
    return file.getvalue()


def assert_like(found: npt.NDArray[np.uint8], wanted: npt.NDArray[Any], within: float = 4) -> None:
    assert found.shape == wanted.shape
    assert np.abs(found.astype(int) - wanted.astype(int)).mean() < within


def noise(side: int = 400) -> npt.NDArray[np.uint8]:
    grain = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(grain, (0, 0), 2), np.uint8)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_each_kind_is_read_as_rgb(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"photo.{kind.lower()}"
    path.write_bytes(saved(corners(), kind))
    frame = frames.from_path(path)
    assert_like(frame.pixels, corners())
    assert frame.source == str(path)
    assert frame.reduction == 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(corners(), kind, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert_like(frames.from_bytes(data).pixels, np.asarray(upright))


@pytest.mark.parametrize("orientation", [3, 6, 7])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_transparent_picture_is_turned_too(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    opaque = np.full((64, 96, 1), 255, np.uint8)
    data = saved(np.concatenate([corners(), opaque], axis=2), kind, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert_like(frames.from_bytes(data).pixels, np.asarray(upright))


def test_nonsense_in_exif_is_no_reason_to_refuse_a_photo() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert_like(frames.from_bytes(saved(corners(), "JPEG", exif=exif)).pixels, corners())
    cut = saved(corners(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\0\0")
    assert_like(frames.from_bytes(cut).pixels, corners())


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_palette_and_one_bit_pictures_become_rgb(kind: str, mode: str) -> None:
    picture = Image.fromarray(corners()).convert(mode)
    frame = frames.from_bytes(saved(picture, kind))
    assert_like(frame.pixels, np.asarray(picture.convert("RGB")))


def test_sixteen_bits_become_eight() -> None:
    wide = corners().astype(np.uint16) * 257
    encoded = cv2.imencode(".png", wide[..., ::-1])[1].tobytes()
    assert_like(frames.from_bytes(encoded).pixels, corners(), within=1)
    grey = np.full((20, 30), 40_000, np.uint16)
    assert np.abs(frames.from_bytes(saved(grey, "PNG")).pixels.astype(int) - 156).max() <= 1


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    data = saved(Image.fromarray(corners()).convert("CMYK"), "JPEG", quality=95)
    assert_like(frames.from_bytes(data).pixels, corners())


def test_transparency_lies_on_white() -> None:
    alpha = np.full((64, 96, 1), 255, np.uint8)
    alpha[:32] = 0
    alpha[32:, 48:] = 128
    frame = frames.from_bytes(saved(np.concatenate([corners(), alpha], axis=2), "PNG"))
    assert frame.pixels[5, 5].tolist() == [255, 255, 255]
    assert frame.pixels[50, 10].tolist() == list(BLUE)
    assert np.abs(frame.pixels[50, 80].astype(int) - 127).max() <= 1  # half black, half white


def test_a_sixteen_bit_picture_with_transparency_lies_on_white() -> None:
    bgra = np.zeros((8, 8, 4), np.uint16)
    bgra[:4] = (0, 0, 65535, 65535)
    encoded = cv2.imencode(".png", bgra)[1].tobytes()
    frame = frames.from_bytes(encoded)
    assert frame.pixels[0, 0].tolist() == [255, 0, 0]
    assert frame.pixels[7, 7].tolist() == [255, 255, 255]


def test_a_transparent_palette_colour_is_white() -> None:
    picture = Image.new("P", (4, 2), 1)
    picture.putpalette([0, 0, 0, 200, 0, 0])
    picture.putpixel((0, 0), 0)
    for kind in ("PNG", "GIF"):
        pixels = frames.from_bytes(saved(picture, kind, transparency=0)).pixels
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert pixels[0, 1].tolist() == [200, 0, 0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_gives_its_first_picture(kind: str) -> None:
    later = [Image.fromarray(255 - corners()), Image.new("RGB", (96, 64), "white")]
    options = {} if kind == "TIFF" else {"duration": 100, "loop": 0}
    data = saved(corners(), kind, save_all=True, append_images=later, **options)
    assert_like(frames.from_bytes(data).pixels, corners(), within=6)


def test_a_picture_of_one_pixel_is_a_frame() -> None:
    assert frames.from_bytes(saved(np.full((1, 1, 3), 9, np.uint8), "PNG")).pixels.tolist() == [[[9, 9, 9]]]


def test_a_very_large_jpeg_is_reduced_while_it_is_decoded() -> None:
    large = cv2.resize(corners(), (4000, 3000), interpolation=cv2.INTER_NEAREST)
    exif = Image.Exif()
    exif[0x0112] = 6
    frame = frames.from_bytes(saved(np.asarray(large), "JPEG", exif=exif))
    assert (frame.width, frame.height, frame.reduction) == (1500, 2000, 2)
    assert_like(np.asarray(cv2.resize(frame.pixels, (64, 96))), np.rot90(corners(), -1))


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def bombs() -> dict[str, bytes]:
    """A few hundred bytes each that claim gigapixels."""
    jpeg = bytearray(saved(corners(), "JPEG"))
    start = jpeg.index(b"\xff\xc0")
    jpeg[start + 5 : start + 9] = struct.pack(">HH", 60_000, 60_000)
    gif = bytearray(saved(corners(), "GIF"))
    gif[6:10] = struct.pack("<HH", 60_000, 60_000)
    bmp = bytearray(saved(corners(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 60_000, -60_000)
    canvas = (60_000 - 1).to_bytes(3, "little") * 2
    webp = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas
    tiff = b"MM\0*" + struct.pack(">IH", 8, 2)
    tiff += struct.pack(">HHII", 256, 4, 1, 60_000) + struct.pack(">HHIHH", 257, 3, 1, 60_000, 0)
    return {
        "JPEG": bytes(jpeg),
        "PNG": png_that_claims(60_000, 60_000),
        "GIF": bytes(gif),
        "BMP": bytes(bmp),
        "WebP": webp,
        "TIFF": tiff,
    }


@pytest.mark.parametrize("kind", bombs())
def test_a_decompression_bomb_is_refused_before_it_unpacks(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(FrameError, match=r"bomb would unpack to 60000×60000 pixels; mien stops at 100 megapixels"):
        frames.from_bytes(bombs()[kind], "bomb")


def test_lossy_and_lossless_webp_say_their_size() -> None:
    for lossless in (False, True):
        frame = frames.from_bytes(saved(corners(), "WEBP", lossless=lossless))
        assert (frame.width, frame.height) == (96, 64)


def test_a_jpeg_that_was_cut_off_is_refused_with_how_much_is_missing() -> None:
    data = saved(noise(), "JPEG")
    with pytest.raises(FrameError, match=r"photo\.jpg is cut off: about [3-6]\d% of the picture is missing"):
        frames.from_bytes(data[: len(data) // 2], "photo.jpg")


def test_a_jpeg_that_lacks_only_its_end_marker_is_read() -> None:
    whole = saved(noise(), "JPEG")
    assert_like(frames.from_bytes(whole[:-2]).pixels, frames.from_bytes(whole).pixels, within=1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_other_pictures_that_were_cut_off_are_refused(kind: str) -> None:
    data = saved(noise(), kind)
    with pytest.raises(FrameError, match=r"half is cut off|half begins like a .* picture but is cut off or damaged"):
        frames.from_bytes(data[: len(data) // 2], "half")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_picture_that_ends_within_its_header_is_refused(kind: str) -> None:
    data = saved(corners(), kind)
    with pytest.raises(FrameError, match=r"stub"):
        frames.from_bytes(data[:15], "stub")


def test_a_picture_without_pixels_is_refused() -> None:
    with pytest.raises(FrameError, match=r"void is damaged: its header claims 0×5 pixels"):
        frames.from_bytes(png_that_claims(0, 5), "void")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("Dear diary,\nnot a photo — not at all.\n".encode(), "a text file"),
        (b"<!doctype html><title>404</title>", "a web page"),
        (b"%PDF-1.7\n\x00\xff", "a PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "a HEIC photo"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42", "a video"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "not a picture"),
        (bytes(100), "not a picture"),
    ],
)
def test_a_file_that_is_no_picture_is_named_for_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(FrameError, match=rf"holiday\.jpg is {what}\. mien reads JPEG, PNG, WebP, GIF, BMP and TIFF"):
        frames.from_path(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    with pytest.raises(FrameError, match=r"empty\.png is empty \(0 bytes\)"):
        frames.from_path(path)


def test_a_folder_is_refused_with_the_command_that_takes_folders(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match=r"is a folder\. .*mien read"):
        frames.from_path(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match=r"There is no file .*nowhere\.jpg"):
        frames.from_path(tmp_path / "nowhere.jpg")


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(FrameError, match="cannot be opened"):
        frames.from_path("a\0b.jpg")


def test_a_forbidden_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)  # as root may read everything, chmod would prove nothing
    with pytest.raises(FrameError, match=r"secret\.jpg may not be read by this user"):
        frames.from_path(tmp_path / "secret.jpg")


def test_a_device_without_end_is_refused_and_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_BYTES", 1_000_000)
    with pytest.raises(FrameError, match="/dev/zero is larger than"):
        frames.from_path("/dev/zero")


def test_reading_bad_pictures_says_nothing_on_the_terminal(tmp_path: Path) -> None:
    for name, kind in (("a.png", "PNG"), ("b.jpg", "JPEG"), ("c.gif", "GIF"), ("d.tif", "TIFF"), ("e.webp", "WEBP")):
        data = saved(noise(), kind)
        (tmp_path / name).write_bytes(data[: len(data) // 2])
    code = """
import sys, pathlib
from emotion.frames import from_path
from errors import FrameError
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        from_path(path)
    except FrameError as error:
        print(error)
sys.stderr.write("still mine")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert len(done.stdout.splitlines()) == 5
    assert done.stderr == "still mine"


def test_the_first_lines_of_a_picture_never_crash_the_reader() -> None:
    rng = np.random.default_rng(7)
    originals = [saved(corners(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")]
    for round_ in range(300):
        data = bytearray(originals[round_ % len(originals)])
        for place in rng.integers(2, min(len(data), 200), 3):
            data[place] = rng.integers(256)
        with contextlib.suppress(FrameError):  # any other exception fails the test
            assert frames.from_bytes(bytes(data), "fuzz").pixels.dtype == np.uint8


def test_a_machine_without_libgl_is_told_what_to_install() -> None:
    code = """
import sys, importlib.abc
class Slim(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
sys.meta_path.insert(0, Slim())
from errors import FrameError
try:
    import emotion.frames
except FrameError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "libGL.so.1 is missing" in done.stdout
    assert "apt-get install libgl1 libglib2.0-0" in done.stdout


def test_a_machine_without_opencv_is_told_to_install_it() -> None:
    code = """
import sys
sys.modules["cv2"] = None
from errors import FrameError
try:
    import emotion.frames
except FrameError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "pip install --force-reinstall" in done.stdout


def test_warnings_outside_a_quiet_block_reach_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    from emotion.quiet import quiet_stderr

    with quiet_stderr():
        os.write(2, b"chatter")
    os.write(2, b"a warning")
    assert capfd.readouterr().err == "a warning"


def test_a_failure_in_a_quiet_block_gives_the_terminal_back(capfd: pytest.CaptureFixture[str]) -> None:
    from emotion.quiet import quiet_stderr

    with pytest.raises(ZeroDivisionError), quiet_stderr():
        raise ZeroDivisionError
    os.write(2, b"back")
    assert capfd.readouterr().err == "back"
