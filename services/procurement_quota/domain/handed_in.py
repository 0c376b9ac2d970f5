"""A file that somebody hands in is known by its parts: a checkpoint, a declaration, or an issued report.

A drawn sample is not signed: whoever has it draws it again, so here it is only told apart from what is none of ours.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from services.procurement_quota.domain import issued, published, sampling
from services.procurement_quota.domain.published import FileForged

_Verify = Callable[[bytes, Mapping[str, Any], bytes | None], dict[str, Any]]


def verify_file(document: bytes, public_key: bytes | None = None) -> dict[str, Any]:
    """Verify a published file by the expected key, or by the one that it names; gives its kind and what it says.

    Raises FileForged with what does not fit.
    """
    try:
        outer = orjson.loads(document)
    except ValueError as error:
        raise FileForged("it is not JSON", "不是 JSON 文件") from error
    if not isinstance(outer, dict):
        raise FileForged("it is no published file", "不是公布的文件")
    verify = _how(outer)
    try:
        return verify(document, outer, public_key)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise FileForged(f"it is not whole: {type(error).__name__} {error}", "文件内容不完整") from error


def _how(outer: Mapping[str, Any]) -> _Verify:
    if outer.keys() == published.CHECKPOINT_PARTS:
        return published.verify_checkpoint
    if outer.keys() == published.PARTS and outer["format"] == published.FORMAT:
        return published.verify_declaration
    if outer.keys() == issued.PARTS:
        return issued.verify_issued
    if outer.get("format") == sampling.DOMAIN:
        raise FileForged(
            "it is a drawn sample, which is not signed: draw it again with tests/independent/draw_sample.py",
            "这是抽样文件，不带签名：请用 tests/independent/draw_sample.py 重新抽取核对",
        )
    raise FileForged(
        "it is neither a declaration nor a checkpoint nor an issued report", "既不是申报、检查点，也不是签发的通报"
    )
