"""Packages are built one at a time beside the requests, and their bytes are removed when their days are over.

Decision: the key of a package is its id, so that one built twice, after a kill or by two programs, lies there once; its
record says that it is ready only once the bytes do. Why: no lock is held while documents are fetched. Price: a package
that two programs build at once costs twice.
"""

import asyncio
import hashlib
import io
import zipfile
from datetime import date
from typing import Any

from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.domain.packages import KEPT_FOR, PACKED, PackageState, entry_name, too_large
from services.catalog.domain.readiness import Finding, Requirement, asked_on, readiness
from services.catalog.store import documents, filings, packages, suppliers
from services.catalog.store import readiness as store
from services.catalog.store.documents import Document
from services.catalog.store.packages import Package
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.see_readiness import base_of
from shared.clock import business_date
from shared.db.unit_of_work import ReadTx
from shared.files.object_store import NoSuchFile
from shared.reference import category_name, county_name
from shared.reference.items import item_name
from shared.tables.book import Cell, Sheet, write_book

ZIP = "application/zip"
LOST = (
    "一份材料的原文件无法读取，请联系平台管理员。 The file of a document cannot be read; ask whoever runs the platform."
)
_STATUS = {"ok": "已具备", "missing": "缺少", "expired": "已过期", "unconfirmed": "待核验", "not_asked": "不适用"}


async def build_next(desk: Desk) -> bool:
    """Build the package that was asked for first; tells whether there was any. Raises FilesUnavailable."""
    async with desk.uow.read() as tx:
        package = await packages.next_to_build(tx)
        if package is None:
            return False
        supplier = await suppliers.find(tx, package.supplier_id)
        assert supplier is not None
        packed = [one for one in await documents.of_supplier(tx, supplier.supplier_id) if one.kind in PACKED]
        sheets = await _sheets(tx, supplier, packed, business_date(desk.clock.now()))
    if problem := too_large((one.name, one.size_bytes) for one in packed):
        await _move(desk, package, {"state": PackageState.FAILED.value, "failure": problem})
        return True
    try:
        body = await _packed(desk, packed, sheets)
    except NoSuchFile:  # One that is lost is lost the next time too, and others wait behind it.
        await _move(desk, package, {"state": PackageState.FAILED.value, "failure": LOST})
        return True
    key = f"suppliers/{package.supplier_id}/readiness/{package.package_id}.zip"
    await desk.files.put(key, body, ZIP)
    now = desk.clock.now()
    built = {"built_at": now, "expires_at": now + KEPT_FOR, "object_key": key, "size_bytes": len(body)}
    await _move(desk, package, {**built, "sha256": hashlib.sha256(body).hexdigest(), "state": PackageState.READY.value})
    return True


async def remove_next(desk: Desk) -> bool:
    """Remove the bytes of a package whose days are over; tells whether there was any. Raises FilesUnavailable."""
    async with desk.uow.glance() as tx:
        package = await packages.next_to_remove(tx, desk.clock.now())
    if package is None or package.object_key is None:
        return False
    await desk.files.remove(package.object_key)
    await _move(desk, package, {"state": PackageState.REMOVED.value})
    return True


async def _move(desk: Desk, package: Package, values: dict[str, Any]) -> None:
    async with desk.uow.begin() as tx:
        await packages.move(tx, package, values)


async def _packed(desk: Desk, packed: list[Document], sheets: list[Sheet]) -> bytes:
    """Write the archive: the workbook, and each document as it was filed, under a name of ours."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("readiness.xlsx", await asyncio.to_thread(write_book, sheets))
        for number, document in enumerate(packed, start=1):
            found = await desk.files.get(document.object_key)
            archive.writestr(entry_name(number, document.kind, document.media_type), found.body)
    return out.getvalue()


async def _sheets(tx: ReadTx, supplier: Supplier, packed: list[Document], day: date) -> list[Sheet]:
    asked = asked_on(day)
    found = readiness(await base_of(tx, supplier, day), asked, day)
    return [
        Sheet("概况", ("项目", "内容"), _about(supplier, day, asked.sources)),
        Sheet("准入条件", ("条件", "Requirement", "必备", "状态", "Status"), [_line(*one) for one in found]),
        Sheet(
            "商品",
            ("名称", "品类", "品种", "规格", "产地", "单价（分）", "单位"),
            [
                (
                    row.name,
                    category_name(row.category),
                    item_name(row.item_code) if row.item_code else "",
                    row.specification,
                    county_name(row.origin_county_code),
                    row.price_fen,
                    row.unit_name,
                )
                for row in await store.offered(tx, supplier.supplier_id)
            ],
        ),
        await _certificates(tx, supplier),
        Sheet(
            "材料清单",
            ("文件", "类型", "原文件名", "字节数", "SHA-256"),
            [
                (entry_name(number, one.kind, one.media_type), one.kind, one.name, one.size_bytes, one.sha256)
                for number, one in enumerate(packed, start=1)
            ],
        ),
    ]


def _about(supplier: Supplier, day: date, sources: tuple[str, ...]) -> list[tuple[Cell, ...]]:
    return [
        ("名称", supplier.name),
        ("统一社会信用代码", supplier.credit_code or ""),
        ("所在县", county_name(supplier.county_code)),
        ("联系人", supplier.contact_name),
        ("联系电话", supplier.contact_phone),
        ("地址", supplier.address or ""),
        ("开户行", supplier.bank_name or ""),
        ("账户名称", supplier.bank_account_name or ""),
        ("账号", supplier.bank_account_number or ""),
        ("截至", day.isoformat()),
        *(("依据", source) for source in sources),
        ("说明", "所需材料清单为本平台对上述文件的理解，以832平台的要求为准。"),
    ]


def _line(requirement: Requirement, finding: Finding) -> tuple[Cell, ...]:
    needed = "是" if requirement.needed else "否"
    return (requirement.zh, requirement.en, needed, _STATUS[finding.status.value], finding.status.value)


async def _certificates(tx: ReadTx, supplier: Supplier) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for subject in (FilingSubject.RECOGNITION, FilingSubject.CERTIFICATE):
        for one in await filings.of_supplier(tx, subject, supplier.supplier_id, (FilingState.CONFIRMED,)):
            said = one.says
            ends = said["valid_to"].isoformat() if said["valid_to"] else "长期"
            kind = said.get("kind", said.get("level", ""))
            rows.append((kind, said["title"], said["issuer"], said["number"], said["valid_from"].isoformat(), ends))
    return Sheet("认定与证书", ("类型", "名称", "颁发单位", "编号", "生效", "失效"), rows)
