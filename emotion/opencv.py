"""The one door to OpenCV: `from emotion.opencv import cv2`.

OpenCV's wheel links to libraries of the desktop (libGL, glib) that slim containers lack; importing it then fails with
the loader's words. Here that failure becomes a message with the packages to install.
"""

from __future__ import annotations

from errors import FrameError

_DEBIAN_PACKAGES = {"libGL": "libgl1", "libgthread": "libglib2.0-0", "libglib": "libglib2.0-0", "libxcb": "libxcb1"}


def _remedy(error: ImportError) -> str:
    """Say what to do about an OpenCV that does not load."""
    library = str(error).split(":", 1)[0].strip()
    package = next((name for prefix, name in _DEBIAN_PACKAGES.items() if library.startswith(prefix)), None)
    if package is None:
        return (
            f"OpenCV cannot be loaded ({error}), so no picture can be read. "
            "Install it again with: pip install --force-reinstall 'opencv-python>=4.12,<5'"
        )
    needed = " ".join(sorted({"libgl1", "libglib2.0-0", package}))
    return (
        f"OpenCV cannot be loaded: the system library {library} is missing, as it is in slim containers. "
        f"On Debian or Ubuntu install it with: apt-get install {needed}"
    )


try:
    import cv2
except ImportError as error:
    raise FrameError(_remedy(error)) from error

# mien says itself what is wrong with a picture, so OpenCV's log lines would only say it twice.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["cv2"]
