"""The only import of typst: papers with Chinese typesetting, by layouts that stand with who prints them."""

from shared.press.press import FONT_PACKAGE, FontMissing, Press, PressBroken, PressBusy, PressTooSlow
from shared.press.typesetter import fonts_here

PRINTING = (FontMissing, PressBusy, PressTooSlow, PressBroken)
"""What may come of having a paper printed."""

__all__ = ["FONT_PACKAGE", "PRINTING", "FontMissing", "Press", "PressBroken", "PressBusy", "PressTooSlow", "fonts_here"]
