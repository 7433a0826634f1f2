#!/usr/bin/env python3
"""Writes the tables of inputs and outputs into the README of each Terraform module, between the markers, from its variables and outputs.

Usage: deploy/document-module.py [--check]. With --check it writes nothing, and fails if a README is out of date.
The files must be formatted by `terraform fmt`: a block ends at a brace in the first column.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent / "terraform"
MODULES = [ROOT, ROOT / "modules" / "network", ROOT / "modules" / "influxdb-instance"]
BEGIN, END = "<!-- begin: written by deploy/document-module.py -->", "<!-- end -->"


def blocks(folder, kind):
    """Yields the name and the lines of each block of a kind, by file and position."""
    for file in sorted(folder.glob("*.tf")):
        for match in re.finditer(rf'^{kind} "(\w+)" {{\n(.*?)^}}', file.read_text(), re.DOTALL | re.MULTILINE):
            yield match[1], match[2].split("\n")


def attribute(lines, name):
    """Returns the expression of an attribute of a block without the attribute's name, or None."""
    for index, line in enumerate(lines):
        match = re.match(rf"  {name} *= (.*)", line)
        if match:
            if re.match(r"<<-\w+", match[1]):
                end = next(at for at in range(index + 1, len(lines)) if lines[at].strip() == match[1][3:])
                return "\n".join(lines[index + 1 : end])
            if match[1].count("(") == match[1].count(")") and match[1].count("{") == match[1].count("}"):
                return match[1]
            end = next(at for at in range(index + 1, len(lines)) if re.match(r"  [})\]]", lines[at]))
            return "\n".join([match[1], *lines[index + 1 : end + 1]])
    return None


def cell(text):
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def description(lines):
    text = attribute(lines, "description")
    if not text:
        sys.exit(f"a block has no description: {lines}")
    if text.startswith('"'):
        return cell(text[1:-1].replace('\\"', '"'))
    # The entries of a list begin in a column of their own, two or more spaces before their text.
    rows = [re.sub(r"^ {4}", "", row) for row in text.split("\n")]
    return cell(" ".join(re.sub(r"^([\w, ]+?)  +", r"`\1`: ", row) if not row.startswith("  ") else row for row in rows))


def default(lines):
    text = attribute(lines, "default")
    return "required" if text is None else f"`{cell(text)}`"


def type_of(lines):
    text = attribute(lines, "type")
    return f"`{cell(text)}`".replace("object({ ", "object({")


def tables(folder):
    rows = ["", "### Inputs", "", "| name | description | type | default |", "|---|---|---|---|"]
    inputs = sorted(blocks(folder, "variable"), key=lambda block: (attribute(block[1], "default") is not None, block[0]))
    rows += [f"| `{name}` | {description(lines)} | {type_of(lines)} | {default(lines)} |" for name, lines in inputs]
    rows += ["", "### Outputs", "", "| name | description |", "|---|---|"]
    rows += [f"| `{name}` | {description(lines)} |" for name, lines in sorted(blocks(folder, "output"))]
    return "\n".join([*rows, ""])


stale = False
for module in MODULES:
    readme = module / "README.md"
    old = readme.read_text()
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        sys.exit(f"{readme} must have each marker once")
    before, rest = old.split(BEGIN)
    new = f"{before}{BEGIN}\n{tables(module)}\n{END}{rest.split(END)[1]}"
    if new != old and "--check" in sys.argv:
        print(f"{readme} is out of date: run deploy/document-module.py, and review the difference")
        stale = True
    elif new != old:
        readme.write_text(new)
sys.exit(stale)
