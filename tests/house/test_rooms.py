"""The rooms stand as they are drawn, and a breach is caught."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import project_root

ROOT = project_root()
OURS = ("services", "gateway", "shared", "deploy", "tests")
LINES_MAX = 500
COMMITTERS = {"shared/db/unit_of_work.py", "shared/db/direct.py"}
"""The second holds how the block of the first ends, and is called from nowhere else."""


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or OURS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", ".importlinter", "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": "."})


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packages to plant a breach in."""
    root = tmp_path_factory.mktemp("house")
    for folder in ("services", "gateway", "shared", "deploy"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "var"))
    shutil.copy(ROOT / ".importlinter", root)
    return root


class TestImportContracts:
    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("services/order/domain/breach.py", "import sqlalchemy\n"),
            ("services/order/usecases/breach.py", "import services.catalog.domain\n"),
            ("services/catalog/attic/__init__.py", ""),
            ("services/order/usecases/breach.py", "import stripe\n"),
        ],
        ids=["the domain does I/O", "a service imports another", "an unlisted room", "a vendor outside its file"],
    )
    def test_a_planted_breach_is_caught(self, copy: Path, path: str, line: str) -> None:
        planted = copy / path
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(line, encoding="utf-8")
        try:
            result = lint_imports(copy)
        finally:
            shutil.rmtree(planted.parent) if planted.name == "__init__.py" else planted.unlink()
        assert result.returncode != 0, result.stdout
        assert "BROKEN" in result.stdout or "unlisted" in result.stdout.lower() or "exhaustive" in result.stdout.lower()


class TestHabits:
    def test_no_file_outgrows_its_name(self) -> None:
        long = {
            str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > LINES_MAX
        }
        assert not long, f"split by verb: {long}"

    def test_every_module_says_what_is_true_because_it_exists(self) -> None:
        silent = [
            str(path.relative_to(ROOT))
            for path in sources("services", "gateway", "shared", "deploy")
            if (text := path.read_text("utf-8")).strip() and not ast.get_docstring(ast.parse(text))
        ]
        assert not silent, f"modules without a docstring: {silent}"

    def test_nothing_commits_but_the_unit_of_work(self) -> None:
        guilty = [
            str(path.relative_to(ROOT))
            for path in sources("services", "gateway", "shared")
            if re.search(r"\.commit\(\)", path.read_text("utf-8")) and str(path.relative_to(ROOT)) not in COMMITTERS
        ]
        assert not guilty, f"commit outside shared/db: {guilty}"

    @pytest.mark.parametrize("name", ["service", "utils", "helpers", "manager", "common"])
    def test_no_room_without_a_meaning(self, name: str) -> None:
        assert not [path for path in sources() if path.stem == name or path.parent.name == name]

    def test_no_work_is_left_in_a_comment(self) -> None:
        word = "TO" + "DO|FIX" + "ME|XX" + "X"
        left = [str(path) for path in sources() if re.search(rf"\b({word})\b", path.read_text("utf-8"))]
        assert not left

    def test_no_money_is_divided_into_a_float(self) -> None:
        guilty = []
        for path in sources("services", "shared"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                    text = ast.unparse(node)
                    if re.search(r"_(fen|grams|bp|quantity)\b", text):
                        guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}: {text}")
        assert not guilty, guilty


class TestRefusals:
    def test_each_has_its_title_in_both_languages(self) -> None:
        bare = []
        for path in sources("services", "gateway", "shared"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and _is_refusal(node):
                    text = ast.get_docstring(node) or ""
                    if not re.search(r"^zh: \S", text, re.MULTILINE):
                        bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        assert not bare, f"a refusal says its title in English, and in Chinese on a line `zh: …`: {bare}"


def _is_refusal(node: ast.ClassDef) -> bool:
    kinds = {
        "Refusal",
        "Invalid",
        "TooLarge",
        "Forbidden",
        "NotSignedIn",
        "NotFound",
        "Conflict",
        "Unavailable",
        "TooMany",
    }
    return any(getattr(base, "id", "") in kinds for base in node.bases)
