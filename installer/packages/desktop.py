"""desktop.py SHARE: manual pages, completions and icons, made from the program itself.

Run by the interpreter of the tree, which has the program and nothing of the packagers'.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from PySide6.QtWidgets import QApplication
from vcam_ui import icons

from vcam import __version__
from vcam.cli import app
from vcam.schema.settings import SETTINGS

# The commands as click has them; typer brings a click of its own, whose types have no names here.
Command = Any


def main(share: Path) -> None:
    group = typer.main.get_command(app)
    commands: dict[str, Command] = dict(group.commands)  # type: ignore[attr-defined]
    for name, text in manual_pages(group, commands):
        _write(share / "man/man1" / f"{name}.1.gz", gzip.compress(text.encode(), mtime=0))
    for place, text in (
        ("bash-completion/completions/vcam", bash(commands)),
        ("zsh/vendor-completions/_vcam", zsh(commands)),
        ("fish/vendor_completions.d/vcam.fish", fish(commands)),
    ):
        _write(share / place, text.encode())
    QApplication([])
    for size in icons.APP_SIZES:
        file = share / f"icons/hicolor/{size}x{size}/apps/vcam.png"
        file.parent.mkdir(parents=True)
        icons.app_icon().pixmap(size, size).save(str(file))
    _write(share / "icons/hicolor/scalable/apps/vcam.svg", icons.app_svg())


def manual_pages(group: Command, commands: dict[str, Command]) -> Iterator[tuple[str, str]]:
    """(name, roff) of `vcam(1)` and of a page for each command."""
    names = [f"vcam-{name}" for name in sorted(commands)]
    body = [".SH SYNOPSIS", ".B vcam", r"\fICOMMAND\fR [\fIOPTIONS\fR]", ".SH DESCRIPTION"]
    body += [_roff(group.help or ""), ".SH COMMANDS"]
    for name, command in sorted(commands.items()):
        body += [".TP", rf"\fBvcam {_roff(name)}\fR(1)", _roff(_summary(command))]
    yield "vcam", _page("vcam", group.help, body, names)
    for name, command in commands.items():
        body = [".SH SYNOPSIS", rf"\fBvcam {_roff(name)}\fR [\fIOPTIONS\fR]"]
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        body += [rf"\fI{_roff(_place(p))}\fR" for p in arguments]
        body += [".SH DESCRIPTION", _roff(command.help or "")]
        body.append(".SH OPTIONS")
        for option in _options(command):
            flags = ", ".join(rf"\fB{_roff(flag)}\fR" for flag in _flags(option))
            value = "" if option.is_flag else rf" \fI{_roff(_place(option))}\fR"
            body += [".TP", flags + value, _roff(option.help or "")]
        if name == "set":
            body.append(".SH SETTINGS")
            for one in SETTINGS.values():
                body += [".TP", rf"\fB{_roff(one.key)}\fR (\fI{_roff(one.range)}\fR)"]
                body.append(_roff(one.help))
        yield f"vcam-{name}", _page(f"vcam-{name}", _summary(command), body, ["vcam"])


def bash(commands: dict[str, Command]) -> str:
    lines = [
        "_vcam() {",
        '    local word="${COMP_WORDS[COMP_CWORD]}" words=""',
        '    if [ "$COMP_CWORD" = 1 ]; then',
        f'        words="{" ".join(sorted(commands))} --help --version"',
        "    else",
        '        case "${COMP_WORDS[1]}" in',
    ]
    for name, command in sorted(commands.items()):
        lines.append(f'            {name}) words="{" ".join(_words(name, command))}" ;;')
    lines += [
        "        esac",
        "    fi",
        '    COMPREPLY=($(compgen -W "$words" -- "$word"))',
        '    [[ "$word" != -* && "$COMP_CWORD" != 1 && "${COMP_WORDS[1]}" != set ]] &&',
        '        COMPREPLY+=($(compgen -f -- "$word"))',
        '    [[ "${COMPREPLY[0]}" == *= ]] && compopt -o nospace',
        "    return 0",
        "}",
        "complete -o filenames -F _vcam vcam",
    ]
    return "\n".join(lines) + "\n"


def zsh(commands: dict[str, Command]) -> str:
    lines = ["#compdef vcam", "_vcam() {", "  local -a commands", "  commands=("]
    lines += [f"    {_quoted(f'{n}:{_summary(c)}')}" for n, c in sorted(commands.items())]
    lines += ["  )", "  if (( CURRENT == 2 )); then", "    _describe command commands"]
    lines += ["    return", "  fi", '  case "$words[2]" in']
    for name, command in sorted(commands.items()):
        told = []
        for option in _options(command):
            for flag in _flags(option):
                # In zsh's own words: brackets and colons have a meaning there.
                help_ = re.sub(r"[\[\]:]", "", option.help or "")
                told.append(_quoted(f"{flag}[{help_}]{'' if option.is_flag else ':value:_files'}"))
        if name == "set":
            keys = " ".join(f"{key}=" for key in SETTINGS)
            told.append(_quoted(f"*:setting:compadd -S '' -- {keys}"))
        else:
            told.append("'*:file:_files'")
        lines.append(f"    {name}) shift words; (( CURRENT-- )); _arguments {' '.join(told)} ;;")
    return "\n".join([*lines, "  esac", "}", '_vcam "$@"', ""])


def fish(commands: dict[str, Command]) -> str:
    lines = []
    for name, command in sorted(commands.items()):
        told = _quoted(_summary(command))
        lines.append(f"complete -c vcam -f -n __fish_use_subcommand -a {name} -d {told}")
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for option in _options(command):
            forms = " ".join(
                f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
                for flag in _flags(option)
            )
            value = "" if option.is_flag else " -r"
            lines.append(f"complete -c vcam {seen} {forms}{value} -d {_quoted(option.help or '')}")
        if name == "set":
            lines += [
                f"complete -c vcam {seen} -f -a {one.key}= -d {_quoted(one.help)}"
                for one in SETTINGS.values()
            ]
    return "\n".join([*lines, ""])


def _words(name: str, command: Command) -> list[str]:
    words = [flag for option in _options(command) for flag in _flags(option)]
    return words + ([f"{key}=" for key in SETTINGS] if name == "set" else [])


def _options(command: Command) -> list[Any]:
    return [p for p in command.params if p.param_type_name == "option" and not p.hidden]


def _flags(option: Any) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def _place(parameter: Any) -> str:
    return parameter.metavar or parameter.name.upper()


def _summary(command: Command) -> str:
    return (command.help or "").strip().splitlines()[0]


def _page(name: str, summary: str, body: list[str], others: list[str]) -> str:
    see = ", ".join(rf"\fB{_roff(other)}\fR(1)" for other in others)
    head = [f'.TH {name.upper()} 1 "" "vcam {__version__}" "User Commands"', ".SH NAME"]
    brief = _roff(summary.rstrip("."))
    return "\n".join([*head, rf"{_roff(name)} \- {brief}", *body, ".SH SEE ALSO", see, ""])


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", " ".join(escaped.split()))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
