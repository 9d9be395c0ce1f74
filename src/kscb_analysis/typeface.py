"""Nothing in; the files of the one typeface that is the same on every computer out."""

from pathlib import Path

FAMILY = "DejaVu Sans"
MONOSPACE = "DejaVu Sans Mono"


def font_files() -> dict[tuple[str, str, str], Path]:
    """Give the files of the typeface that comes with matplotlib, by family, weight and style.

    The charts are measured for it, so their words fit; what a computer has of its own never
    decides where a line or a page ends.
    """
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {
        (FAMILY, "normal", "normal"): folder / "DejaVuSans.ttf",
        (FAMILY, "bold", "normal"): folder / "DejaVuSans-Bold.ttf",
        (FAMILY, "normal", "italic"): folder / "DejaVuSans-Oblique.ttf",
        (FAMILY, "bold", "italic"): folder / "DejaVuSans-BoldOblique.ttf",
        (MONOSPACE, "normal", "normal"): folder / "DejaVuSansMono.ttf",
    }
