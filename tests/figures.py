"""How much the figures of this process have grown since a test began."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderway.measures import REGISTRY


def counted() -> dict[tuple[str, ...], float]:
    """Every figure by its name and labels."""
    return {
        (each.name, *(f"{name}={value}" for name, value in sorted(each.labels.items()))): each.value
        for family in REGISTRY.collect()
        for each in family.samples
    }


@dataclass
class Growth:
    """What was counted since it was made."""

    before: dict[tuple[str, ...], float] = field(default_factory=counted)

    def of(self, name: str, **labels: str) -> float:
        """How much a figure has grown: `orderway_` stands before its name."""
        key = (f"orderway_{name}", *(f"{label}={value}" for label, value in sorted(labels.items())))
        return counted().get(key, 0.0) - self.before.get(key, 0.0)
