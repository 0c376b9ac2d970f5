"""The open data that there is stands in one catalogue, in the words of DCAT, made from the schema that is published.

Source: https://www.w3.org/TR/vocab-dcat-3/ (Catalog, Dataset, Distribution), with Dublin Core's terms.
"""

from typing import Any

from gateway.usecases.linked_data import Node, Site, known

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FORMATS = {"csv": "text/csv", "json": "application/json"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def data_catalogue(package: Node, site: Site) -> Node:
    """Tell the tables of a published data package as a Catalog of Datasets, each as CSV and as JSON."""
    page, api = f"{site.url}/open-data", f"{site.url}/api/v1"
    licence = {"@id": package["licenses"][0]["path"]}
    return {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": _both(package, "title"),
        "dct:description": _both(package, "description"),
        "dct:issued": _typed("date", package["issued"]),
        "dct:license": licence,
        "dct:language": ["zh-CN", "en"],
        "foaf:homepage": {"@id": page},
        "rdfs:seeAlso": [{"@id": f"{api}/open-data/method"}, {"@id": f"{api}/open-data/schema"}],
        "dcat:dataset": [
            known(
                {
                    "@id": f"{page}#{one['name']}",
                    "@type": "dcat:Dataset",
                    "dct:identifier": one["name"],
                    "dct:title": _both(one, "title"),
                    "dct:issued": _typed("date", package["issued"]),
                    "dct:modified": _typed("dateTime", one["modified"]) if one["modified"] else None,
                    "dct:license": licence,
                    "dct:conformsTo": {"@id": f"{api}/supply-data/schema"},
                    "dcat:landingPage": {"@id": page},
                    "dcat:distribution": [
                        {
                            "@type": "dcat:Distribution",
                            "dcat:downloadURL": {"@id": site.url + download(one["name"], form)},
                            "dcat:mediaType": {"@id": MEDIA_TYPES + media_type},
                            "dct:license": licence,
                        }
                        for form, media_type in FORMATS.items()
                    ],
                }
            )
            for one in package["resources"]
        ],
    }


def download(name: str, form: str) -> str:
    """Give the path at which a table is read in a form."""
    return f"/api/v1/supply-data/{name}?format={form}"


def _both(told: Node, name: str) -> list[Node]:
    return [{"@language": "zh", "@value": told[name]}, {"@language": "en", "@value": told[f"{name}_en"]}]


def _typed(kind: str, value: Any) -> Node:
    return {"@type": f"xsd:{kind}", "@value": value}
