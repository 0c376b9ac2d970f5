"""A zip is looked at before anything in it is read: how many parts it has, how large they become, and by how much."""

import io
import zipfile
from zlib import error as ZlibError

from shared.errors import Invalid

PARTS_MAX = 2_000
UNPACKED_BYTES_MAX = 64 * 1024**2
RATIO_MAX = 200
SMALL_BYTES = 1024**2


class ArchiveUnsafe(Invalid):
    """The file cannot be unpacked safely.

    zh: 文件无法安全解压。
    """


def names_in_archive(body: bytes) -> list[str]:
    """List the parts of an archive that may be unpacked. Raises ArchiveUnsafe with `reason` otherwise.

    What a part says of its own size is a promise that reading keeps: `zipfile` gives no byte beyond it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ZlibError, ValueError, OSError, NotImplementedError, UnicodeError) as error:
        raise ArchiveUnsafe(reason="broken") from error
    if len(parts) > PARTS_MAX:
        raise ArchiveUnsafe(reason="too many parts", parts_max=PARTS_MAX)
    if any(part.flag_bits & 0x1 for part in parts):
        raise ArchiveUnsafe(reason="encrypted")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_BYTES_MAX:
        raise ArchiveUnsafe(reason="too large unpacked", bytes_max=UNPACKED_BYTES_MAX, bytes=unpacked)
    if any(part.file_size > SMALL_BYTES and part.file_size > RATIO_MAX * max(1, part.compress_size) for part in parts):
        raise ArchiveUnsafe(reason="packed too tightly", ratio_max=RATIO_MAX)
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise ArchiveUnsafe(reason="broken")
    return names
