"""Whatever form a Chinese character is written in, it is searched as one, and it is known how it may be read.

Decision: traditional becomes simplified character by character (opencc), and each character is read by itself, by two
readings where goods and places have two (pypinyin without its phrases).
Why: a row and a query are cut differently, so a fold that looks at what stands beside would fold them apart; and the
phrases cost 57 MB and a second of import where the characters alone cost 13 MB. Price: 長沙 is found by zhangsha too.

This file alone imports the two libraries. opencc costs 0.03 s and 4 MB, and 7 MB more once used. pypinyin costs 0.1 to
0.4 s, so it is opened when first a reading is asked for: the program asks in a thread beside its start, that no
publication waits for it; a search does not need it.
"""

import os
import re
from functools import cache, lru_cache

from opencc import OpenCC

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_CHARACTERS_KEPT = 30_000
_SEVERAL = frozenset(
    "长重乐藏都朝什勒漯牟堡尉卡犍蔚铅阿柏泌尾厦坻陂埔枞番六蚌行薄核蛤枸血糁单传弹调解壳落铺宿压扎转芥莞荨莎仔"
)
"""Characters that goods and places are read by in two ways; of the others the dictionary's rare readings are noise."""
_USUAL = {"茄": ("qie",), "荠": ("qi", "ji"), "葚": ("shen", "ren"), "佛": ("fo",), "参": ("shen", "can")}
"""Characters whose usual reading the dictionary lists late."""


def simplified(text: str) -> str:
    """Write a text in simplified characters, each by itself, so that 馬鈴薯 and 马铃薯 are one."""
    return HAN.sub(lambda run: "".join(map(_simple, run.group())), text)


@lru_cache(_CHARACTERS_KEPT)
def readings(character: str) -> tuple[str, ...]:
    """Give how a simplified character may be read, without tones, the likeliest first; ü is v, and u as well."""
    found: dict[str, None] = {}
    for reading in _USUAL.get(character) or _read(character)[: 2 if character in _SEVERAL else 1]:
        found[reading] = None
        if "v" in reading:
            found[reading.replace("v", "u")] = None
    return tuple(found)


@lru_cache(_CHARACTERS_KEPT)
def _simple(character: str) -> str:
    return str(_converter().convert(character))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _read(character: str) -> list[str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # its own switch, read when it is imported
    from pypinyin import Style, pinyin  # noqa: PLC0415 - 13 MB that only a program that puts on sale needs

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return [reading for reading in found[0] if reading.isascii() and reading.isalpha()] if found else []
