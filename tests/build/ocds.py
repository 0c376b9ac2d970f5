"""The release schema of OCDS 1.1.5, written down from its published text, as far as an order uses it, and closed.

The published schema takes any further member; this one takes none but those of the standard and of the extensions that
a package names, so that a misspelt member is caught. Codelists that the standard calls closed are enumerated whole.
"""

from typing import Any

import jsonschema_rs

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_WORD = {"type": ["string", "null"], "minLength": 1}
_ID = {"type": ["string", "integer"], "minLength": 1}
_DAY = {"type": ["string", "null"], "format": "date-time"}
_URI = {"type": ["string", "null"], "format": "uri"}
_TAGS = (
    "planning planningUpdate tender tenderAmendment tenderUpdate tenderCancellation award awardUpdate"
    " awardCancellation contract contractUpdate contractAmendment implementation implementationUpdate"
    " contractTermination compiled"
)
PARTY_ROLES = "buyer procuringEntity supplier tenderer funder enquirer payer payee reviewBody interestedParty"
MILESTONE_TYPES = "preProcurement approval engagement assessment delivery reporting financing"
PROCESSES = "framework planning parent prior unsuccessfulProcess subContract replacementProcess renewalProcess"


def _one_of(words: str) -> dict[str, Any]:
    return {"enum": [*words.split(), None]}


def _object(*required: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _list(of: str, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/definitions/{of}"}, "uniqueItems": True, "minItems": least}


def _ref(to: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{to}"}


_UNIT = {"scheme": _TEXT, "id": _TEXT, "name": _TEXT, "uri": _URI}
_DEFINITIONS = {
    "Value": _object("amount", "currency", amount={"type": ["number", "null"]}, currency={"enum": ["CNY"]}),
    "Period": _object(startDate=_DAY, endDate=_DAY, maxExtentDate=_DAY, durationInDays={"type": ["integer", "null"]}),
    "RelatedProcess": _object(
        id={"type": "string"},
        relationship={"type": "array", "items": {"enum": PROCESSES.split()}, "minItems": 1},
        title=_TEXT,
        scheme=_TEXT,
        identifier=_TEXT,
        uri=_URI,
    ),
    "OrganizationReference": _object("id", "name", id=_ID, name=_WORD),
    "Organization": _object(
        "id",
        "name",
        "roles",
        id={"type": "string"},
        name=_TEXT,
        identifier=_object(scheme=_TEXT, id=_ID, legalName=_TEXT, uri=_URI),
        address=_object(streetAddress=_TEXT, locality=_TEXT, region=_TEXT, postalCode=_TEXT, countryName=_TEXT),
        roles={"type": "array", "items": {"enum": PARTY_ROLES.split()}, "minItems": 1},
        details={"type": ["object", "null"]},
    ),
    "Classification": _object(scheme=_TEXT, id={"type": ["string", "integer", "null"]}, description=_TEXT, uri=_URI),
    "Item": _object(
        "id",
        id=_ID,
        description=_TEXT,
        classification=_ref("Classification"),
        additionalClassifications=_list("Classification"),
        quantity={"type": ["number", "null"]},
        unit=_object(**_UNIT, value=_ref("Value")),
    ),
    "Amendment": _object(
        id=_TEXT, date=_DAY, rationale=_TEXT, description=_TEXT, amendsReleaseID=_TEXT, releaseID=_TEXT
    ),
    "Award": _object(
        "id",
        id=_ID,
        title=_TEXT,
        description=_TEXT,
        status=_one_of("pending active cancelled unsuccessful"),
        date=_DAY,
        value=_ref("Value"),
        suppliers=_list("OrganizationReference"),
        items=_list("Item", 1),
        contractPeriod=_ref("Period"),
        amendments=_list("Amendment"),
    ),
    "Contract": _object(
        "id",
        "awardID",
        id=_ID,
        awardID=_ID,
        title=_TEXT,
        description=_TEXT,
        status=_one_of("pending active cancelled terminated"),
        period=_ref("Period"),
        value=_ref("Value"),
        items=_list("Item", 1),
        dateSigned=_DAY,
        implementation=_ref("Implementation"),
        amendments=_list("Amendment"),
    ),
    "Implementation": _object(
        transactions=_list("Transaction"), milestones=_list("Milestone"), metrics=_list("Metric", 1)
    ),
    "Milestone": _object(
        "id",
        id=_ID,
        title=_TEXT,
        type=_one_of(MILESTONE_TYPES),
        description=_TEXT,
        code=_TEXT,
        dueDate=_DAY,
        dateMet=_DAY,
        dateModified=_DAY,
        status=_one_of("scheduled met notMet partiallyMet"),
    ),
    "Tender": _object(
        "id",
        id=_ID,
        title=_TEXT,
        description=_TEXT,
        status=_one_of("planning planned active cancelled unsuccessful complete withdrawn"),
        procurementMethod=_one_of("open selective limited direct"),
        procurementMethodDetails=_TEXT,
    ),
    "Transaction": _object(
        "id",
        id=_ID,
        source=_URI,
        date=_DAY,
        value=_ref("Value"),
        payer=_ref("OrganizationReference"),
        payee=_ref("OrganizationReference"),
        uri=_URI,
    ),
    "Metric": _object(
        "id",
        id={"type": "string", "minLength": 1},
        title=_WORD,
        description=_WORD,
        observations=_list("Observation", 1),
    ),
    "Observation": _object(
        "id",
        id={"type": "string", "minLength": 1},
        period=_ref("Period"),
        value=_ref("Value"),
        measure={"type": ["string", "number", "null"], "minLength": 1},
        unit=_object(**dict.fromkeys(_UNIT, _WORD)),
        notes=_WORD,
        relatedImplementationMilestone=_object("id", id={"type": "string", "minLength": 1}, title=_WORD),
    ),
}
_RELEASE = _object(
    "ocid",
    "id",
    "date",
    "tag",
    "initiationType",
    ocid={"type": "string", "minLength": 1},
    id={"type": "string", "pattern": "^[^#]+$"},
    date={"type": "string", "format": "date-time"},
    tag={"type": "array", "items": {"enum": _TAGS.split()}, "minItems": 1},
    initiationType={"enum": ["tender"]},
    parties=_list("Organization"),
    buyer=_ref("OrganizationReference"),
    tender=_ref("Tender"),
    awards=_list("Award"),
    relatedProcesses=_list("RelatedProcess"),
    contracts=_list("Contract"),
    language={"type": ["string", "null"], "pattern": "^[a-z]{2}$"},
)
_PACKAGE = _object(
    "uri",
    "publisher",
    "publishedDate",
    "releases",
    "version",
    uri={"type": "string", "format": "uri"},
    version={"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
    extensions={"type": "array", "items": {"type": "string", "format": "uri"}},
    publishedDate={"type": "string", "format": "date-time"},
    releases={"type": "array", "items": _ref("Release"), "minItems": 1, "uniqueItems": True},
    publisher=_object("name", name={"type": "string"}, scheme=_TEXT, uid=_TEXT, uri=_URI),
    license=_URI,
    publicationPolicy=_URI,
    links=_object(next={"type": "string", "format": "uri"}, prev={"type": "string", "format": "uri"}),
)
_HEAD: dict[str, Any] = {"$schema": "http://json-schema.org/draft-04/schema#"}
RELEASE = jsonschema_rs.Draft4Validator({**_HEAD, "definitions": _DEFINITIONS, **_RELEASE}, validate_formats=True)
PACKAGE = jsonschema_rs.Draft4Validator(
    {**_HEAD, "definitions": {**_DEFINITIONS, "Release": _RELEASE}, **_PACKAGE}, validate_formats=True
)


def problems(schema: jsonschema_rs.Draft4Validator, told: Any) -> list[str]:
    """List where a document leaves the schema."""
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in schema.iter_errors(told)]


def repeated(node: Any, path: str = "") -> list[str]:
    """List the arrays in which two have one id, and the members that tell nothing."""
    if isinstance(node, list):
        ids = [one["id"] for one in node if isinstance(one, dict)]
        found = [f"{path}: two of one id"] if len(set(ids)) < len(ids) else []
        return found + [one for place, member in enumerate(node) for one in repeated(member, f"{path}/{place}")]
    if isinstance(node, dict):
        found = [f"{path}/{name}: empty" for name, one in node.items() if one in (None, "", [], {})]
        return found + [one for name, member in node.items() for one in repeated(member, f"{path}/{name}")]
    return []


def faults(release: dict[str, Any]) -> list[str]:
    """List all that is wrong with a release by the standard's schema and by its rules in words."""
    return problems(RELEASE, release) + dangling(release) + repeated(release)


def dangling(release: dict[str, Any]) -> list[str]:
    """List what refers to a party, an award or a milestone that is not there, or is by another name or role."""
    parties = {one["id"]: one for one in release["parties"]}
    awards = {one["id"] for one in release["awards"]}
    found = [f"award {one['awardID']}" for one in release.get("contracts", []) if one["awardID"] not in awards]
    named = [(release["buyer"], "buyer")]
    named += [(one, "supplier") for award in release["awards"] for one in award["suppliers"]]
    for contract in release.get("contracts", []):
        done = contract.get("implementation", {})
        for transaction in done.get("transactions", []):
            named += [(transaction["payer"], "payer"), (transaction["payee"], "payee")]
        milestones = {one["id"]: one["title"] for one in done.get("milestones", [])}
        for metric in done.get("metrics", []):
            for one in metric["observations"]:
                to = one["relatedImplementationMilestone"]
                if milestones.get(to["id"]) != to["title"]:
                    found.append(f"milestone {to['id']}")
    for reference, role in named:
        party = parties.get(reference["id"])
        if party is None or party["name"] != reference["name"] or role not in party["roles"]:
            found.append(f"{role} {reference['id']}")
    unnamed = {(one["id"], role) for one in parties.values() for role in one["roles"]}
    found += [f"role {role}" for id_, role in unnamed - {(one["id"], role) for one, role in named}]
    return found
