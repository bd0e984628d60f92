"""Write docs/api.md from the docstrings of som_core: `python scripts/write_api_reference.py`.

It reads the source rather than the objects, so that fields keep their comments, and every version
of Python writes the same text.
"""

import ast
import re
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "api.md"
START = """\
# API reference

What `som_core` exports, in alphabetical order, as its docstrings say it. Written by
`.venv/bin/python scripts/write_api_reference.py`: change the docstring, then run that.

How these work together is in [architecture.md](architecture.md).
"""
SECTION = re.compile(r"^(\w+)\n-{3,}$", re.M)  # numpy's heading: a word with a line below it
LISTS = ("Parameters", "Returns", "Raises")  # sections of entries with an indented explanation

Definition = ast.FunctionDef | ast.ClassDef


def api_reference() -> str:
    """Return the whole page."""
    names = import_module("som_core").__all__
    parts = [START, ", ".join(map(_link, names, _anchors(names))) + "\n"]
    parts += [_about(name) for name in names]
    return "\n".join(parts)


def _link(name: str, anchor: str) -> str:
    return f"[{name}](#{anchor})"


def _anchors(names: list[str]) -> list[str]:
    """Return the anchors that Markdown gives to these headings: the second of a kind ends in -1."""
    small = [name.lower() for name in names]
    return [
        f"{name}-{small[:place].count(name)}" if name in small[:place] else name
        for place, name in enumerate(small)
    ]


def _about(name: str) -> str:
    module = import_module(getattr(import_module("som_core"), name).__module__)
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, Definition) and node.name == name and not _is_one_of_several(node):
            where = f"`{module.__name__}`"
            return f"## {name}\n\n{where}\n\n{_definition(node, source.splitlines())}"
    raise LookupError(f"{module.__name__} doesn't define {name}, so it can't be described.")


def _is_one_of_several(node: Definition) -> bool:
    """Tell one of several signatures of a function, of which the last has all."""
    return "overload" in map(ast.unparse, node.decorator_list)


def _definition(node: Definition, lines: list[str]) -> str:
    """Return what a class or function takes, what it says of itself, and a class's own parts."""
    parts = [_code(_head(node, lines)), _markdown(ast.get_docstring(node) or "")]
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                parts += [f"### {node.name}.{part.name}\n", _definition(part, lines)]
    return "\n".join(filter(None, parts))


def _head(node: Definition, lines: list[str]) -> list[str]:
    """Return the lines down to the docstring, and the fields of a class, with their comments."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    head = lines[first - 1 : node.body[0].lineno - 1]
    if isinstance(node, ast.ClassDef):
        head = [line for line in head if line.strip()]
        for part in node.body:
            if isinstance(part, ast.AnnAssign) and not ast.unparse(part.target).startswith("_"):
                head += lines[part.lineno - 1 : part.end_lineno]
    indent = len(head[0]) - len(head[0].lstrip())
    return [line[indent:] for line in head]


def _code(lines: list[str]) -> str:
    return "\n".join(["```python", *lines, "```", ""])


def _markdown(docstring: str) -> str:
    """Turn a numpy docstring into Markdown: its headings would be those of the page."""
    first, *rest = SECTION.split(docstring)
    parts = [first.strip()]
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        content = _list(text.strip("\n")) if title in LISTS else text.strip()
        parts.append(f"**{title}**\n\n{content}")
    return "\n\n".join(filter(None, parts)) + "\n" if docstring else ""


def _list(text: str) -> str:
    """Make each entry a bullet; a sentence that is indented below it gets a line of its own."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" "):
            lines.append(f"- {line}" if line else "")
            continue
        if lines[-1].startswith("- ") and line.strip()[0].isupper():
            lines[-1] += "\\"  # Markdown's line break
        lines.append(f"  {line.strip()}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # so that it runs from a checkout, without an installation
    REFERENCE.write_text(api_reference(), encoding="utf-8")
    print(f"{REFERENCE.relative_to(ROOT)} is written.")
