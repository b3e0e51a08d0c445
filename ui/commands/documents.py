"""throughline docs"""

import typer

from ui.documentation import pages
from ui.output import out


def register(app: typer.Typer) -> None:
    """Add this module's command."""

    @app.command()
    def docs() -> None:
        """Write the generated pages of docs/ anew."""
        for path, text in pages(app).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            out.print(f"wrote {path.name}")
