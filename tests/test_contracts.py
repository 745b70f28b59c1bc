"""The five contracts on imports hold, and each of them notices the import that breaks it."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import Contract
from importlinter.configuration import configure
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

KINDS: dict[str, type[Contract]] = {
    "layers": LayersContract,
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
}
SESSION = {"root_packages": ["medixchange"], "include_external_packages": "True"}
BREACHES = [
    ("Imports only point down", "medixchange.people.queries", "medixchange.sessions.queries"),
    ("Imports only point down", "medixchange.matching.problem", "medixchange.web.page"),
    ("Imports only point down", "medixchange.outbox.post", "medixchange.feeds.actions"),
    ("No circles at any depth", "medixchange.matching.problem", "medixchange.matching.solver"),
    ("No circles at any depth", "medixchange.web.page", "medixchange.web.desk.letters"),
    ("Thinking does no input and output", "medixchange.matching.rules", "sqlmodel"),
    ("Thinking does no input and output", "medixchange.sessions.lifecycle", "medixchange.people.models"),
    ("Thinking does no input and output", "medixchange.times.zones", "socket"),
    ("Thinking does no input and output", "medixchange.i18n.words", "medixchange.settings"),
    ("Thinking does no input and output", "medixchange.outbox.compose", "medixchange.outbox.smtp"),
    ("Pages act through actions", "medixchange.web.home", "medixchange.matching.solver"),
    ("Pages act through actions", "medixchange.web.desk.letters", "medixchange.outbox.smtp"),
    ("The domain does not know the web", "medixchange.sessions.actions", "fastapi"),
    ("The domain does not know the web", "medixchange.feeds.queries", "starlette"),
]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom."""
    configure()
    return grimp.build_graph("medixchange", include_external_packages=True, cache_dir=None)


def contracts() -> dict[str, Contract]:
    """The contracts of the project, by their names."""
    options = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    made: dict[str, Contract] = {}
    for each in options["contracts"]:
        facts: dict[str, Any] = {name: _as_linter_reads(value) for name, value in each.items()}
        made[each["name"]] = KINDS[each["type"]](each["name"], SESSION, facts)
    return made


def _as_linter_reads(value: Any) -> Any:
    return str(value) if isinstance(value, bool) else value


def is_kept(contract: Contract, graph: grimp.ImportGraph) -> bool:
    return contract.check(deepcopy(graph), verbose=False).kept


def test_every_contract_is_kept(graph: grimp.ImportGraph) -> None:
    kept = {name: is_kept(contract, graph) for name, contract in contracts().items()}

    assert kept == {name: True for name, _, _ in BREACHES}


@pytest.mark.parametrize(("name", "importer", "imported"), BREACHES)
def test_a_contract_notices_what_breaks_it(graph: grimp.ImportGraph, name: str, importer: str, imported: str) -> None:
    assert {importer, imported} <= graph.modules
    spoiled = deepcopy(graph)
    spoiled.add_import(importer=importer, imported=imported)

    assert not is_kept(contracts()[name], spoiled)
