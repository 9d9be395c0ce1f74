"""Names of areas in, an index of so many that it has a field out, with a file for every link."""

from pathlib import Path

from kscb_analysis.index import index_page

AREAS = (
    "Barnet", "Bournemouth, Christchurch and Poole", "Cornwall", "Durham, County", "East Sussex",
    "Kent", "Kingston upon Hull, City of", "Môn and Ynys", "St. Helens", "Stockton-on-Tees",
    "Telford and Wrekin", "West Sussex",
)  # fmt: skip


def made_index(folder: Path) -> Path:
    """Make an index of made-up areas, and a file for every link in it."""
    listed = {
        f"area-{at}/paper-{order}.html": {
            "area": area,
            "title": title,
            "order": order,
            "summary": "",
        }
        for at, area in enumerate(AREAS)
        for order, title in enumerate(("Safeguarding activity", "Private fostering"))
    }
    for name in listed:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("<!doctype html><title>A paper</title>", encoding="utf-8")
    path = folder / "index.html"
    path.write_text(index_page(listed, "Kent"), encoding="utf-8")
    return path
