"""The page of all tables: an introduction, then a section a table."""
import re

introduction = """\
# Benchmarks

Made by `tests/bench/run.sh --page`; do not edit. Each table says by which run, on which machine and at which load
average: other work shares the machine, so what counts is the ratio of two columns that were measured in
turns. Laptop: Debian 14 with an engine of its own; server: Debian 13, fresh; both are containers of one
machine, with a delay line between them.
"""


def sections(text):
    """{title: the section's Markdown with its title}, in their order."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("## "): part.strip() for part in parts}


def renew(text, tables):
    """The page `text`, with these tables in place of those of the same title; others stay, new ones are added."""
    found = sections(text)
    for table in tables:
        found[table.title] = table.markdown()
    return "\n\n".join([introduction.strip(), *found.values()]) + "\n"
