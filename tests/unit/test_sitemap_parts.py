"""Parts of the sitemap hold everything once, each within the protocol's bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.sitemap import (
    BUCKETS,
    URLS_MAX,
    URLS_WANTED,
    Kind,
    Part,
    SitemapPartNotFound,
    part_named,
    parts_of,
)


class TestParts:
    @given(st.integers(0, 50_000_000))
    def test_hold_every_bucket_once(self, count: int) -> None:
        parts = parts_of(Kind.LISTINGS, count)
        firsts = [part.buckets[0] for part in parts]
        assert firsts == [0, *(part.buckets[1] + 1 for part in parts[:-1])]
        assert parts[-1].buckets[1] == BUCKETS - 1
        assert count / len(parts) <= URLS_WANTED < URLS_MAX

    def test_are_one_for_a_small_shelf_and_64_for_a_million(self) -> None:
        assert [part.name for part in parts_of(Kind.SUPPLIERS, 400)] == ["suppliers-1-of-1"]
        assert len(parts_of(Kind.LISTINGS, 1_000_000)) == 64

    def test_are_known_by_their_names(self) -> None:
        for part in parts_of(Kind.LISTINGS, 100_000):
            assert part_named(part.name) == part
        assert part_named("listings-4096-of-4096") == Part(Kind.LISTINGS, 4096, 4096)

    @pytest.mark.parametrize(
        "name",
        [
            *("", "listings", "listings-0-of-1", "listings-2-of-1", "listings-1-of-3", "listings-1-of-8192"),
            *("goods-1-of-1", "listings-1-of-1.xml", "listings-01-of-1", "listings-１-of-1", "listings-1-of-1\n"),
        ],
    )
    def test_of_other_names_are_none(self, name: str) -> None:
        with pytest.raises(SitemapPartNotFound):
            part_named(name)
