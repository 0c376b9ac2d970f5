"""One paper is laid out by this program, then it ends: `python typesetter.py layout.typ pdf < data.json > paper.pdf`.

Decision: a process a paper, which reads nothing but its standard input, its layout and the machine's fonts.
Why: Typst keeps what it laid out (140 MB more with each thousand rows, measured), and a thread cannot be stopped; a
process gives its memory back and can be. Price: 0.7 s a paper to start and to look at the fonts.

It imports nothing of ours, so that it starts fast. Exit code 3 says that there is no Chinese font.
"""

import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

CPU_SECONDS_MAX = 30
NO_FONT = 3
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC", "STSong", "SimSun")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Heiti SC", "STHeiti", "SimHei")


def chinese_fonts(fonts: Any) -> dict[str, str]:
    """Choose a serif and a sans to print with; one stands in for the other, and without either there is nothing."""
    families = set(fonts.families())
    serif = next((name for name in SERIF if name in families), None)
    sans = next((name for name in SANS if name in families), None)
    return {"serif": serif or sans or "", "sans": sans or serif or ""} if serif or sans else {}


def fonts_here() -> dict[str, str]:
    """Find the Chinese fonts of this machine; nothing where there is none."""
    return chinese_fonts(typst.Fonts(include_system_fonts=True, include_embedded_fonts=False))


def laid_out(data: dict[str, Any], layout: Path, form: str) -> list[bytes]:
    """Lay a paper out as PDF, or as one PNG or SVG a page; nothing where there is no font.

    The texts go in as data, and the layout reads no file: a name that looks like markup is printed as it is.
    """
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    chosen = chinese_fonts(fonts)
    if not chosen:
        return []
    inputs = {"data": json.dumps({**data, "fonts": chosen}, ensure_ascii=False)}
    compiler: Any = typst.Compiler(layout.read_bytes(), font_paths=fonts, root=layout.parent, sys_inputs=inputs)
    made = compiler.compile(format=form, timestamp=datetime.fromisoformat(data["made_at"]))
    return made if isinstance(made, list) else [made]


def main() -> int:
    """Lay out what stands on the standard input; several pages are written one after the other."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    pages = laid_out(json.load(sys.stdin), Path(sys.argv[1]), sys.argv[2])
    sys.stdout.buffer.write(b"".join(pages))
    return 0 if pages else NO_FONT


if __name__ == "__main__":
    sys.exit(main())
