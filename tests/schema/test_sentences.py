"""The catalogue of sentences against the code that says them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import typer

from vcam.cli import app
from vcam.schema.sentences import CURES, SENTENCES

ROOT = Path(__file__).parents[2]
RESERVED = {"cause", "cure", "severity"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


SOURCES = {
    str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8"))
    for room in ("vcam", "ui")
    for file in (ROOT / room).rglob("*.py")
}


def errors() -> set[str]:
    """The names of `VcamError` and of every class that is one."""
    classes = [
        n for tree in SOURCES.values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)
    ]
    known = {"VcamError"}
    while (
        new := {one.name for one in classes if known & {ast.unparse(base) for base in one.bases}}
        - known
    ):
        known |= new
    return known


def reasons_in_the_code() -> Iterator[tuple[str, str, set[str]]]:
    """Where, the key, and the names of the values, of every reason and error that is made."""
    makers = {"Reason.of", *errors()}
    for file, tree in SOURCES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in makers:
                continue
            if node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
                names = {word.arg or "**" for word in node.keywords}
                yield f"{file}:{node.lineno}", ast.unparse(node.args[0]).strip("'"), names


def test_every_key_is_known_and_gets_the_values_of_its_places() -> None:
    wrong = []
    for where, key, names in reasons_in_the_code():
        sentence = SENTENCES.get(key)
        needed = places(sentence.text) - {"cure"} if sentence else set()
        if sentence is None or names - (RESERVED - needed) != needed:
            wrong.append((where, key))
    assert wrong == []


def test_every_sentence_and_cure_is_used() -> None:
    texts = {
        node.value
        for file, tree in SOURCES.items()
        if file != "vcam/schema/sentences.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    assert set(SENTENCES) - texts == set()
    assert set(CURES) - {sentence.cure for sentence in SENTENCES.values()} == set()


def test_every_cure_has_its_place_or_stands_beside_a_finding() -> None:
    for key, sentence in SENTENCES.items():
        assert ("cure" in places(sentence.text)) == (sentence.cure is not None) or key.startswith(
            "doctor."
        )
    assert all(places(cure.window) == places(cure.command) == set() for cure in CURES.values())


def test_windows_are_told_of_no_flag() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    commands = group.commands.values()
    words = [[*one.opts, *one.secondary_opts] for command in commands for one in command.params]
    flags = {flag for group in words for flag in group if flag.startswith("--")}
    assert "--no-denoise" in flags
    texts = [sentence.text for sentence in SENTENCES.values()]
    texts += [cure.window for cure in CURES.values()]
    assert [text for text in texts if flags & set(re.findall(r"--[\w-]+", text))] == []
