"""The `kscb` command: make the data and the papers, list what there is, show one indicator."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kscb_analysis.errors import KscbError, ReportFailed, WrongRequest
from kscb_analysis.paths import Project, find_project

if TYPE_CHECKING:
    from kscb_analysis.report import Outcome
    from kscb_analysis.selection import Unit

app = typer.Typer(
    name="kscb",
    help="Tidy data and committee papers from printed children's services tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def main() -> NoReturn:
    """Run the command; a fault in the data or the request is a message, not a traceback."""
    try:
        app()
    except KscbError as fault:
        typer.echo(f"kscb: {fault}", err=True)
        raise SystemExit(fault.exit_status) from None
    except OSError as fault:  # a full disk, a folder that may not be written, …
        typer.echo(f"kscb: {fault}", err=True)
        raise SystemExit(1) from None
    raise SystemExit(0)


def _project() -> Project:
    return find_project()


@app.command(epilog="Example: `kscb data --force`")
def data(
    force: Annotated[
        bool, typer.Option(help="Make the tables again even if nothing changed.")
    ] = False,
) -> None:
    """Bring data/processed up to date with the raw tables and the metadata."""
    from kscb_analysis.build import make_data

    project = _project()
    built = make_data(project, force=force)
    counts = ", ".join(f"{count:,} {name}" for name, count in built.rows.items())
    if built.fresh:
        typer.echo(f"data/processed made: {counts}.")
    else:
        typer.echo(f"data/processed is up to date: {counts}.")
    for name, what in built.read.items():
        typer.echo(f"  read {name}: {what}")
    for name, why in built.unused.items():
        typer.echo(f"  not used {name}: {why}")


# What the commands that make papers share.
_Areas = Annotated[
    list[str] | None,
    typer.Option(help="Area by name or code, several with ; between them, or all."),
]
_Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A parameter of the notebook, as key=value.")
]
_Period = Annotated[str | None, typer.Option(help="Year to 31 March; the same as --set period=…")]
_Meeting = Annotated[
    Path | None,
    typer.Option(help="A file with the front matter of a meeting's papers (TOML)."),
]
_Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="How many papers at once; the number of cores by default."),
]


@app.command(
    epilog='Example: `kscb reports looked_after_children --area "East Sussex" --set period=2010`'
)
def reports(
    names: Annotated[
        list[str] | None, typer.Argument(help="Papers; all when none is named.")
    ] = None,
    area: _Areas = None,
    settings: _Settings = None,
    period: _Period = None,
    meeting: _Meeting = None,
    jobs: _Jobs = None,
    force: Annotated[
        bool, typer.Option(help="Build papers again even if nothing changed.")
    ] = False,
) -> None:
    """Build the papers that are not up to date, and the index."""
    from kscb_analysis.report import build

    project = _project()
    units = _units(project, names, area, settings, period, meeting)
    made = _follow(build(project, units, jobs=jobs, force=force), len(units))
    if made:
        typer.echo(f"{made} of {len(units)} paper(s) built. Open reports/index.html.")
    else:
        typer.echo(
            f"Nothing to do: all {len(units)} papers are up to date. See reports/index.html."
        )


@app.command(epilog="Example: `kscb export pdf docx private_fostering --area Essex`")
def export(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Formats (pdf, docx, xlsx) and papers; all of either when none is named."
        ),
    ] = None,
    area: _Areas = None,
    settings: _Settings = None,
    period: _Period = None,
    meeting: _Meeting = None,
    jobs: _Jobs = None,
    force: Annotated[bool, typer.Option(help="Make the files again even if nothing changed.")] = (
        False
    ),
) -> None:
    """Make papers in other formats, beside their pages, which are brought up to date first."""
    from kscb_analysis.formats import export as make_formats
    from kscb_analysis.formats import part_words
    from kscb_analysis.selection import find_papers

    project = _project()
    formats, names = part_words(what or [], find_papers(project))
    units = _units(project, names, area, settings, period, meeting)
    total = len(units) * (1 + len(formats))
    made = _follow(make_formats(project, units, formats, jobs=jobs, force=force), total)
    files = f"{len(units) * len(formats)} file(s) in {' and '.join(formats)}"
    typer.echo(f"{files} in reports/." if made else f"Nothing to do: {files} are up to date.")


@app.command(epilog='Example: `kscb bundle --area "East Sussex" --meeting meeting.toml`')
def bundle(
    names: Annotated[
        list[str] | None, typer.Argument(help="Papers; all when none is named.")
    ] = None,
    area: _Areas = None,
    settings: _Settings = None,
    period: _Period = None,
    meeting: _Meeting = None,
    jobs: _Jobs = None,
) -> None:
    """Put papers in every format, their data and their fingerprints into one zip for a meeting."""
    from kscb_analysis import formats
    from kscb_analysis.bundle import write_bundle
    from kscb_analysis.record import Record

    project = _project()
    units = _units(project, names, area, settings, period, meeting)
    wanted = list(formats.FORMATS)
    _follow(formats.export(project, units, wanted, jobs=jobs), len(units) * (1 + len(wanted)))
    record = Record.read(project)
    path = write_bundle(
        project, units, wanted, lambda unit, name: formats.is_current(project, record, unit, name)
    )
    typer.echo(f"{path.relative_to(project.root)}: {path.stat().st_size / 1e6:.1f} MB.")


def _units(
    project: Project,
    names: list[str] | None,
    area: list[str] | None,
    settings: list[str] | None,
    period: str | None,
    meeting: Path | None,
) -> "list[Unit]":
    from kscb_analysis.meeting import read_meeting
    from kscb_analysis.selection import choose_areas, choose_papers, find_papers, plan

    wanted = _read_settings([*(settings or []), *([f"period={period}"] if period else [])])
    papers = choose_papers(project, names or [])
    areas = choose_areas(project, area or [], wanted.get("period"))
    said = read_meeting(meeting, find_papers(project)) if meeting else None
    return plan(project, papers, areas, wanted, said)


def _follow(outcomes: "Iterable[Outcome]", total: int) -> int:
    """Tell of each file as it is known and give how many were made; raise if one could not be."""
    failed, made = [], 0
    with _Progress(total) as tick:
        for outcome in outcomes:
            name = f"reports/{outcome.output}"
            if outcome.status == "built":
                made += 1
                tick(f"built {name} in {outcome.seconds:.1f} s")
            elif outcome.status == "failed":
                failed.append(outcome)
                tick(f"FAILED {name}")
            else:
                tick("")
    if failed:
        listed = "\n".join(f"  {outcome.problem}" for outcome in failed)
        raise ReportFailed(
            f"{len(failed)} of {total} paper(s) could not be built; "
            f"the last good ones are as they were:\n{listed}"
        )
    return made


def _read_settings(settings: list[str]) -> dict[str, str]:
    read: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip():
            raise WrongRequest(f"--set {setting!r} is not written key=value, such as period=2010.")
        if name.strip() in read:
            raise WrongRequest(f"--set gives {name.strip()!r} twice.")
        read[name.strip()] = value.strip()
    return read


class _Progress:
    """Show a bar in a terminal, and plain lines anywhere else."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.bar: Any = None

    def __enter__(self) -> "_Progress":
        if sys.stdout.isatty() and self.total > 1:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self.bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self.bar.__enter__()
            self.task = self.bar.add_task("papers", total=self.total)
        return self

    def __call__(self, line: str) -> None:
        if self.bar:
            self.bar.advance(self.task)
            if line:
                self.bar.console.print(line, highlight=False, markup=False)
        elif line:
            typer.echo(line)

    def __exit__(self, *fault: object) -> None:
        if self.bar:
            self.bar.__exit__(*fault)


list_app = typer.Typer(help="List indicators, areas, sources or reports.", no_args_is_help=True)
app.add_typer(list_app, name="list")


@list_app.command("indicators", epilog="Example: `kscb list indicators --topic safeguarding`")
def list_indicators(
    topic: Annotated[str | None, typer.Option(help="Only the indicators of one topic.")] = None,
) -> None:
    """List indicators: id, what it is, unit, polarity and topic."""
    from kscb_analysis.catalogue import load_catalogue

    catalogue = load_catalogue(_project().metadata)
    known = catalogue.of_topic(topic) if topic else catalogue.indicators.values()
    _print_table(
        ["Indicator", "Title", "Unit", "Better", "Topic"],
        [
            [one.indicator_id, one.short_title, one.unit, str(one.polarity), one.topic]
            for one in known
        ],
    )


@list_app.command("areas", epilog="Example: `kscb list areas`")
def list_areas() -> None:
    """List the areas that have figures, with how many."""
    from kscb_analysis.dataset import load

    data = load()
    areas = data.observations.groupby("area_name")
    indicators, figures = areas["indicator_id"].nunique(), areas["value"].count()
    _print_table(
        ["Area", "Indicators", "Figures"],
        [[name, str(indicators[name]), str(figures[name])] for name in data.area_names()],
    )


@list_app.command("sources", epilog="Example: `kscb list sources`")
def list_sources() -> None:
    """List the sources: id, title, when published, tables."""
    from kscb_analysis.dataset import Dataset

    _print_table(
        ["Source", "Title", "Published", "Tables"],
        [
            [
                one.source_id,
                one.title,
                one.published_on.isoformat() if one.published_on else "not recorded",
                str(len(one.tables)),
            ]
            for one in Dataset(_project()).sources.values()
        ],
    )


@list_app.command("reports", epilog="Example: `kscb list reports`")
def list_reports() -> None:
    """List the papers that can be built, with their parameters."""
    import papermill

    from kscb_analysis.selection import find_papers

    rows = []
    for paper in find_papers(_project()).values():
        declared = papermill.inspect_notebook(str(paper.path))
        told = ", ".join(f"{name}={one['default']}" for name, one in declared.items())
        rows.append([paper.name, paper.title, told])
    _print_table(["Report", "Title", "Parameters"], rows)


@app.command(epilog='Example: `kscb show children_looked_after_rate --area "East Sussex"`')
def show(
    indicator: Annotated[
        str, typer.Argument(help="An indicator's id; see `kscb list indicators`.")
    ],
    area: Annotated[str, typer.Option(help="Area by name or code.")] = "Kent",
) -> None:
    """Show one indicator for one area over time, with neighbours, England and the source cell."""
    from kscb_analysis.areas import ENGLAND
    from kscb_analysis.dataset import load
    from kscb_analysis.markup import marker, number
    from kscb_analysis.periods import period_of
    from kscb_analysis.schema import each
    from kscb_analysis.views import View

    data = load()
    entry, place = data.indicator(indicator), data.area(area)
    rows = data.figures(indicator)
    own = rows[rows["area_code"] == place.code]
    if own.empty:
        typer.echo(f"{entry.title}: no figure for {place.name} in the data.")
        return
    year = data.last_year(indicator)
    view = View(data, place, data.neighbours(place, year), data.years()[0], year)
    means = view.means(entry, rows)["mean"]
    england = rows[rows["area_code"] == ENGLAND].set_index("period_end")["value"].dropna()

    def written(value: object) -> str:
        return "" if value is None else number(float(str(value)), entry.decimals)

    typer.echo(f"{entry.title}: {place.name} ({entry.unit})")
    _print_table(
        ["Period", place.name, "Neighbours' mean", "England", "Source", "Row, column"],
        [
            [
                period_of(one.time_period, one.time_identifier).label,
                written(one.value)
                if one.value_status == "published"
                else str(marker(one.value_status)),
                written(means.get(one.period_end)),
                written(england.get(one.period_end)) if place.code != ENGLAND else "",
                f"{one.source_id}/{one.source_table}",
                f"{one.source_row}, {one.source_column}",
            ]
            for one in each(own)
        ],
    )


@app.command(epilog="Example: `kscb check`")
def check() -> None:
    """Run every check on the data and print what was looked at and found."""
    from kscb_analysis.checks import promise, run_all
    from kscb_analysis.dataset import load
    from kscb_analysis.paths import NATIONAL
    from kscb_analysis.schema import TABLES, each
    from kscb_analysis.screen import screens

    data = load()
    tables = {name: getattr(data, name) for name in TABLES if name != "findings"}
    results = run_all(tables, data.catalogue)
    for one, found in results.items():
        counted = f"{len(found)} of {found.looked_at:,}" if found else f"ok, {found.looked_at:,}"
        typer.echo(f"{counted:>13}  {promise(one)}")
        for fault in found:
            typer.echo(f"{'':15}{fault.message} [{fault.cells}]")
    national = (data.observations["source_id"] == NATIONAL).any()
    for name, promised in screens().items() if national else ():
        mine = data.findings[data.findings["check"] == name]
        typer.echo(f"{f'{len(mine)} found' if len(mine) else 'ok':>13}  {promised}")
        for row in each(mine):
            typer.echo(f"{'':15}{row.message} [{row.cells}]")
    made = sum(found.looked_at for found in results.values())
    told = len(data.findings)
    typer.echo(
        f"{told} finding(s) in {made:,} comparisons of {len(data.observations):,} printed figures."
    )


@app.command(epilog="Example: `kscb coverage --check`")
def coverage(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether docs/coverage.md is up to date.")
    ] = False,
) -> None:
    """Write docs/coverage.md: everything the papers print, and where it went or why not."""
    from kscb_analysis.coverage import bring_up_to_date

    fresh = bring_up_to_date(_project(), check=check)
    typer.echo(f"docs/coverage.md {'written' if fresh else 'is up to date'}.")


@app.command(epilog="Example: `kscb template local data/raw/local/my_figures.csv`")
def template(
    what: Annotated[str, typer.Argument(help="What to write an example of: local.")],
    path: Annotated[
        Path | None, typer.Argument(help="Where to write it; to the screen when left out.")
    ] = None,
) -> None:
    """Write an example of a file that you can bring: a council's own returns (local)."""
    from kscb_analysis.local_returns import write_template

    if what != "local":
        raise WrongRequest(f"No template {what!r}. Did you mean 'local'? It is the only one.")
    text = write_template(path)
    if path is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"{path} written. Put your own lines in place of the made-up ones.")


@app.command(epilog="Example: `kscb methods --check`")
def methods(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether docs/methods.md is up to date.")
    ] = False,
) -> None:
    """Write docs/methods.md: each word a report may use, with the rule that permits it."""
    from kscb_analysis.methods import bring_up_to_date

    fresh = bring_up_to_date(_project(), check=check)
    typer.echo(f"docs/methods.md {'written' if fresh else 'is up to date'}.")


@app.command(epilog="Example: `kscb national --check`")
def national(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether docs/national-data.md is up to date.")
    ] = False,
) -> None:
    """Renew the tables of docs/national-data.md: the national files that can be read."""
    from kscb_analysis.releases import bring_up_to_date

    fresh = bring_up_to_date(_project(), check=check)
    typer.echo(f"docs/national-data.md {'written' if fresh else 'is up to date'}.")


@app.command(epilog="Example: `kscb accept kpi_report_2011_q2`")
def accept(
    source: Annotated[str, typer.Argument(help="A folder below data/raw.")],
) -> None:
    """Record a source's files as they are now, after you have compared them with the paper."""
    from kscb_analysis.sources import accept_changes

    changed = accept_changes(_project().raw, source)
    typer.echo(
        f"{source}: recorded {', '.join(changed)}." if changed else f"{source}: nothing changed."
    )


def _print_table(head: list[str], rows: list[list[str]]) -> None:
    """Print a table: fitted to a terminal, or in full, tab by tab, into a pipe or a file."""
    if not sys.stdout.isatty():
        for row in [head, *rows]:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
