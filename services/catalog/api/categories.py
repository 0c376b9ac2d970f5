"""The tree of categories by HTTP."""

from fastapi import APIRouter
from pydantic import ConfigDict
from starlette.responses import Response

from services.catalog.api.answers import Answer
from services.catalog.usecases.list_categories import list_categories
from shared.http.answers import json_answer

router = APIRouter(tags=["listings"])
CACHE = "public, max-age=3600"


class Named(Answer):
    code: str
    name_zh: str
    name_en: str


class ItemAnswer(Named):
    """One kind of goods; of processed ones, the origin is their main ingredient's and wants evidence."""

    also: list[str]
    processed: bool


class SubcategoryAnswer(Named):
    items: list[ItemAnswer]


class CategoryAnswer(Named):
    subcategories: list[SubcategoryAnswer]


class Categories(Answer):
    """The whole tree."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "categories": [
                        {
                            "code": "vegetables",
                            "name_zh": "蔬菜",
                            "name_en": "Vegetables",
                            "subcategories": [
                                {
                                    "code": "root",
                                    "name_zh": "根茎类",
                                    "name_en": "Roots",
                                    "items": [
                                        {
                                            "code": "ginger",
                                            "name_zh": "姜",
                                            "name_en": "Ginger",
                                            "also": ["生姜", "鲜姜"],
                                            "processed": False,
                                        }
                                    ],
                                }
                            ],
                        }
                    ]
                }
            ]
        }
    )

    categories: list[CategoryAnswer]


@router.get(
    "/categories",
    operation_id="list_categories",
    summary="The tree of goods: categories, which rules name, their subcategories, and items with their other names",
    responses={200: {"model": Categories}},
)
async def get() -> Response:
    return json_answer(list_categories(), headers={"cache-control": CACHE})
