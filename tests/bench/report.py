"""Tables as data, then as Markdown: what was measured, the target beside it, and whether it is met."""
import dataclasses
import statistics


def median(values):
    return statistics.median(values)


def seconds(value):
    return f"{value:.2f} s"


def milliseconds(value):
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def size(count):
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.{1 if count < 100 * scale else 0}f} {unit}"
    return f"{count:.0f} B"


def times(value):
    return f"1/{1 / value:.1f}"


@dataclasses.dataclass
class Target:
    """A number to stay at or below. why: said in the table when it is missed."""
    name: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self):
        return self.value <= self.limit

    def verdict(self):
        return "met" if self.met else "**missed**"

    def as_json(self):
        return {"name": self.name, "value": self.value, "limit": self.limit, "unit": self.unit, "met": self.met}


@dataclasses.dataclass
class Grid:
    """columns: head of each; rows: cells that are text already. before and after: paragraphs around it."""
    columns: list
    rows: list
    before: str = ""
    after: str = ""

    def markdown(self):
        lines = [self.before, ""] if self.before else []
        lines.append("| " + " | ".join(self.columns) + " |")
        lines.append("|" + "---|" * len(self.columns))
        lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in self.rows]
        if self.after:
            lines += ["", self.after]
        return "\n".join(lines)


@dataclasses.dataclass
class Table:
    """One measurement: grids to show, targets to meet, samples to keep. made: by what, when and where; reasons: why a
    target was missed, by its name."""
    name: str
    title: str
    grids: list
    targets: list
    samples: object = None
    reasons: dict = dataclasses.field(default_factory=dict)
    made: str = ""

    def markdown(self):
        parts = [f"## {self.title}"] + ([self.made] if self.made else []) + [grid.markdown() for grid in self.grids]
        if self.targets:
            parts.append(self.target_grid().markdown())
        for target in self.targets:
            if not target.met:
                why = self.reasons.get(target.name, "the steps above say where the time goes")
                parts.append(f"**Missed**: {target.name}: {why}.")
        return "\n\n".join(parts)

    def target_grid(self):
        rows = [[t.name, f"{t.value:.3g} {t.unit}".strip(), f"≤ {t.limit:.3g} {t.unit}".strip(), t.verdict()]
                for t in self.targets]
        return Grid(["target", "measured", "wanted", ""], rows)

    def as_json(self):
        return {"table": self.name, "targets": [t.as_json() for t in self.targets], "samples": self.samples}
