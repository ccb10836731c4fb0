"""What the knowledge base holds, as an editor's tool reads it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from api.routes.knowledge import StoredArticle
from data_pipeline.articles import Chunk, Fee, Kind, Tier
from data_pipeline.ports import ArticleCard
from tests.api.edge import Edge, open_edge
from tests.builders_index import a_chunk, an_article, put

FEE = msgspec.json.encode([Fee("Return", "$5")]).decode()


def chunks() -> list[Chunk]:
    numbered = [a_chunk(f"article-{number:02}") for number in range(11)]
    fees = a_chunk(
        "fees",
        "list",
        "Return: $5",
        kind=Kind.FEES,
        tier=Tier.CRITICAL,
        data=FEE,
        scope={"plan": ("Gold",)},
    )
    notes = a_chunk(
        "fees", "notes", "Ask the lead.", kind=Kind.NOTES, tier=Tier.LOW, agent_only=True, page=3
    )
    return [*numbered, fees, notes]


async def pages(edge: Edge, limit: int) -> list[list[str]]:
    found, cursor = [], None
    while True:
        params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        body = (await edge.get("/api/v1/kb/articles", **params)).json()
        found.append([article["article_id"] for article in body["articles"]])
        if not (cursor := body["next_cursor"]):
            return found


@pytest.mark.parametrize(("limit", "sizes"), [(5, [5, 5, 2]), (6, [6, 6]), (12, [12]), (200, [12])])
async def test_pages_hold_every_article_once(tmp_path: Path, limit: int, sizes: list[int]) -> None:
    """Following `next_cursor` gives all articles in order, whether or not they fill the last page."""
    async with open_edge(tmp_path, chunks()) as edge:
        found = await pages(edge, limit)
    assert [len(page) for page in found] == sizes
    assert [article for page in found for article in page] == [
        *(f"article-{number:02}" for number in range(11)),
        "fees",
    ]


async def test_an_article_that_goes_between_pages_hides_no_other(tmp_path: Path) -> None:
    """A cursor is a place in the order, not a number of articles to skip."""
    async with open_edge(tmp_path, chunks()) as edge:
        first = (await edge.get("/api/v1/kb/articles", limit=5)).json()
        await edge.index.delete_article("shop", "article-04")
        second = (
            await edge.get("/api/v1/kb/articles", limit=5, cursor=first["next_cursor"])
        ).json()
    assert second["articles"][0]["article_id"] == "article-05"


async def test_an_article_is_listed_with_all_its_facts(tmp_path: Path) -> None:
    """Fields without a value are there too, as null or empty."""
    async with open_edge(tmp_path, chunks()) as edge:
        response = await edge.get("/api/v1/kb/articles", limit=200)
    body = response.json()
    assert body["total"] == 12
    assert body["kb_version"]
    assert body["request_id"] == response.headers["x-request-id"]
    last = body["articles"][-1]
    assert set(last) == set(ArticleCard.__struct_fields__) == set(StoredArticle.__struct_fields__)
    assert (last["chunks"], last["scope"], last["url"], last["links"]) == (
        2,
        {"plan": ["Gold"]},
        None,
        [],
    )


async def test_the_chunks_of_an_article(tmp_path: Path) -> None:
    """Kind, tier, own text without the prefix, and the structured form as JSON."""
    async with open_edge(tmp_path, chunks()) as edge:
        response = await edge.get("/api/v1/kb/articles/fees/chunks")
    body = response.json()
    assert (body["article_id"], body["title"], len(body["chunks"])) == ("fees", "Returns", 2)
    assert body["chunks"][0] == {
        "chunk_id": "fees#list", "heading": "Sending it back", "kind": "fees", "tier": "critical", "text": "Return: $5",
        "language": "en", "agent_only": False, "flagged": False, "page": None, "data": [{"service": "Return", "fee": "$5"}],
    }  # fmt: skip
    assert (
        body["chunks"][1]["agent_only"],
        body["chunks"][1]["page"],
        body["chunks"][1]["data"],
    ) == (True, 3, None)


@pytest.mark.parametrize(
    "article_id", ["nothing", "%2e%2e", "fees%23list", "%F0%9F%A6%8A", "a" * 3000, "%00"]
)
async def test_an_unknown_article_is_not_found(edge: Edge, article_id: str) -> None:
    """Whatever stands in its place in the address."""
    response = await edge.get(f"/api/v1/kb/articles/{article_id}/chunks")
    assert response.json()["code"] == "not_found"


async def test_counts_by_tier_and_kind(tmp_path: Path) -> None:
    """Every tier is there, empty ones too; kinds only where there are chunks."""
    async with open_edge(tmp_path, chunks()) as edge:
        body = (await edge.get("/api/v1/kb/stats")).json()
    assert (body["articles"], body["chunks"]) == (12, 13)
    assert body["tiers"] == {"critical": 1, "high": 11, "medium": 0, "low": 1}
    assert body["kinds"] == {"fees": 1, "notes": 1, "body": 11}


async def test_an_empty_knowledge_base_is_no_error(tmp_path: Path) -> None:
    """A new tenant sees zeros and an empty page."""
    async with open_edge(tmp_path) as edge:
        assert await pages(edge, 50) == [[]]
        assert (await edge.get("/api/v1/kb/stats")).json()["chunks"] == 0


async def test_only_the_namespace_of_the_key_is_seen(edge: Edge) -> None:
    """Another namespace's articles are neither listed nor counted nor found."""
    await edge.index.apply("other", [put(an_article("secret", "x"))])
    assert (await pages(edge, 50)) == [["fees", "returns"]]
    assert (await edge.get("/api/v1/kb/stats")).json()["articles"] == 2
    assert (await edge.get("/api/v1/kb/articles/secret/chunks")).status_code == 404


@pytest.mark.parametrize("route", ["articles", "articles/returns/chunks", "stats"])
async def test_an_unreadable_store_is_a_503(edge: Edge, route: str) -> None:
    """Each route says that the index is unavailable, and nothing else."""
    edge.index.broken = True
    assert (await edge.get(f"/api/v1/kb/{route}")).json()["code"] == "index_unavailable"


async def test_an_empty_parameter_means_absent(edge: Edge) -> None:
    """As in bodies: a workflow that has no value sends nothing between the signs."""
    response = await edge.http.get(
        "/api/v1/kb/articles?limit=&cursor=", headers={"X-API-Key": edge.kb}
    )
    assert [article["article_id"] for article in response.json()["articles"]] == ["fees", "returns"]


@pytest.mark.parametrize(
    ("address", "field", "message"),
    [
        ("articles?limti=5", "limti", "unknown parameter; there are limit, cursor"),
        ("articles?limit=5&limit=6", "limit", "is given more than once"),
        ("articles?limit=x", "limit", "expected a whole number, got text"),
        ("articles?limit=0", "limit", "expected a whole number >= 1"),
        ("stats?a%00=1", "a\0", "unknown parameter; there are none here"),
        ("articles/fees/chunks?x=1", "x", "unknown parameter; there are none here"),
    ],
)
async def test_a_wrong_parameter_is_told_in_the_words_of_json(
    edge: Edge, address: str, field: str, message: str
) -> None:
    """Unknown, repeated and of another type: named, none silently taken."""
    response = await edge.http.get(f"/api/v1/kb/{address}", headers={"X-API-Key": edge.kb})
    assert response.status_code == 400
    assert response.json()["errors"] == [{"field": field, "message": message}]


async def test_a_flood_of_parameters_gives_a_short_error(edge: Edge) -> None:
    """The first are named."""
    response = await edge.get("/api/v1/kb/stats", **{f"p{number}": 1 for number in range(3000)})
    assert len(response.json()["errors"]) == 30
