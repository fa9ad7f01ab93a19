"""Pictures of a chart: SVG for pages, Mermaid and Markdown for the docs."""

from orderway.statechart.draw.markdown import markdown
from orderway.statechart.draw.mermaid import mermaid
from orderway.statechart.draw.svg import View, css, standalone, svg

__all__ = ["View", "css", "markdown", "mermaid", "standalone", "svg"]
