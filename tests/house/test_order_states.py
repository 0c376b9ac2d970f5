"""Which states of an order belong together is said once: a list of them written anew would miss the next state."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared.contracts.words import OrderState
from shared.settings import project_root
from tests.house.test_rooms import sources

MACHINES = {"shared/contracts/words.py", "services/order/domain/states.py"}
"""Where the sets are made; a machine's table names them too."""
STATES = {state.value for state in OrderState}
TOGETHER = re.compile(r"'([a-z_]+)'(?:\s*,\s*'([a-z_]+)')+")


def hand_lists(path: Path) -> Iterator[str]:
    """Find the lists of two or more states of an order in a module: literals, members of the enum, SQL."""
    text = path.read_text("utf-8")
    if len(STATES & {word.lower() for word in re.findall(r"\w+", text)}) < 2:  # Most modules: nothing to take apart.
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and len(node.elts) > 1:
            words = [_word(one) for one in node.elts]
            if all(word in STATES for word in words):
                yield f"{path}:{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in TOGETHER.finditer(node.value):
                if set(re.findall(r"'([a-z_]+)'", found.group())) <= STATES:
                    yield f"{path}:{node.lineno}: {found.group()}"


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "OrderState":
        return node.attr.lower()
    return ""


def test_no_list_of_order_states_is_made_by_hand() -> None:
    root = project_root()
    looked_at = [
        path
        for path in sources("services", "gateway", "deploy", "shared")
        if "migrations" not in path.parts and str(path.relative_to(root)) not in MACHINES
    ]
    found = [line for path in looked_at for line in hand_lists(path)]
    assert not found, f"take the set of shared/contracts/words or services/order/domain/states that means this: {found}"


def test_one_that_comes_back_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text(
        'kept = ("accepted", "settled")\nmine = {OrderState.PACKED, OrderState.SHIPPED}\n'
        "sql = \"SELECT 1 WHERE state IN ('packed', 'shipped')\"\nother = ('packed', 'ready')\none = ('packed',)\n"
    )
    assert [line.split(":")[1] for line in hand_lists(path)] == ["1", "2", "3"]
