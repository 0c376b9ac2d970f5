"""Public reference data that every program reads alike: the divisions of GB/T 2260, and the words of categories."""

from shared.reference.categories import CATEGORIES, Category, category_name
from shared.reference.divisions import Division, county, county_name, divisions

__all__ = ["CATEGORIES", "Category", "Division", "category_name", "county", "county_name", "divisions"]
