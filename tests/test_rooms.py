"""The rooms of the house: who may import whom, and what must never be loaded."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = {"errors", "atomic"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "atomic": {"errors"},
    "emotion": {"emotion"} | LEAVES,
    "recommender": {"recommender", "emotion.types"} | LEAVES,
    "training": {"training", "emotion"} | LEAVES,
    "app": {"recommender", "emotion"} | LEAVES,
    "music": {"app", "recommender"} | LEAVES,
    "doctor": {"app", "recommender", "emotion"} | LEAVES,
    "view": {"app", "recommender", "emotion"} | LEAVES,
    "commands": {"commands", "app", "music", "view", "recommender", "emotion", "training"} | LEAVES,
    "cli": {"commands", "app", "music", "doctor", "view", "recommender", "emotion", "training"} | LEAVES,
}
OURS = {name.split(".")[0] for name in MAY_IMPORT}
HEAVY = {"tensorflow", "keras", "pandas", "sklearn", "matplotlib", "jax", "torch"}
PICTURES = {"cv2", "ai_edge_litert"}

Import = tuple[Path, str, bool]


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports() -> list[Import]:
    """Every (file, imported module, whether inside a function) of our own code."""
    found: list[Import] = []
    for path in sorted([*ROOT.glob("*.py"), *(p for room in OURS for p in (ROOT / room).rglob("*.py"))]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = set(ast.walk(ast.Module([n for n in tree.body if not isinstance(n, ast.FunctionDef)], [])))
        typed = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(path, name, node not in top) for name in names if node not in typed]
    return found


def allowed(name: str, permitted: set[str]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in permitted)


def test_the_reader_of_imports_sees_them() -> None:
    seen = {(path.name, name) for path, name, _ in imports()}
    assert ("lab.py", "training.console.train_variant") in seen
    assert len(seen) > 100


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, name, _ in imports()
        if room_of(path) == room and name.split(".")[0] in OURS and not allowed(name, MAY_IMPORT[room])
    ]
    assert wrong == []


def test_only_training_imports_tensorflow_and_its_kind() -> None:
    wrong = [f"{p.name}: {n}" for p, n, _ in imports() if n.split(".")[0] in HEAVY and room_of(p) != "training"]
    assert wrong == []


def test_the_command_line_imports_training_only_inside_functions() -> None:
    rooms = "cli", "commands"
    assert [n for p, n, inside in imports() if room_of(p) in rooms and n.startswith("training") and not inside] == []


def test_only_app_and_the_command_line_read_the_environment() -> None:
    readers = {
        room_of(path)
        for path in [*ROOT.glob("*.py"), *(p for room in OURS for p in (ROOT / room).rglob("*.py"))]
        if re.search(r"os\.environ|import environ|getenv", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"app", "cli", "commands"}


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n'.join({{name.split('.')[0] for name in sys.modules}}), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_a_snap_loads_opencv_and_litert_but_neither_tensorflow_nor_rich() -> None:
    arguments = ["mien", "snap", "--photo", str(ROOT / "samples" / "happy.png"), "--json"]
    code = f"import cli\nsys.argv = {arguments!r}\ntry: cli.main()\nexcept SystemExit as end: assert not end.code"
    loaded = modules_after(code)
    assert loaded >= PICTURES
    assert loaded.isdisjoint(HEAVY | {"rich", "httpx"})


def test_choosing_music_loads_neither_opencv_nor_litert() -> None:
    arguments = ["mien", "playlist", "--mood", "happy", "--json"]
    code = f"import cli\nsys.argv = {arguments!r}\ntry: cli.main()\nexcept SystemExit as end: assert not end.code"
    loaded = modules_after(code)
    assert "recommender" in loaded
    assert loaded.isdisjoint(HEAVY | PICTURES)
