"""methods.toml: every fault in it is named, every number filled in, docs/methods.md up to date."""

import re
import tomllib

import pytest
from small_project import REPOSITORY, damage, files_below
from typer.testing import CliRunner

from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.cli import app
from kscb_analysis.control import LEAST_POINTS
from kscb_analysis.errors import KscbError, MetadataFault, SourceFault, UnknownName
from kscb_analysis.methods import as_markdown, bring_up_to_date, load_methods
from kscb_analysis.paths import Project
from kscb_analysis.ranks import LEAST_RANKED
from kscb_analysis.trends import CRITICAL, POINTS

HERE = Project(REPOSITORY)
FILE = "data/metadata/methods.toml"
REAL = load_methods(HERE.metadata, load_catalogue(HERE.metadata))
FIRST = 'id = "years"'


def load(project):
    return load_methods(project.metadata, load_catalogue(project.metadata))


@pytest.fixture
def with_docs(small_project):
    """The small project with its page of methods written."""
    (small_project.root / "docs").mkdir()
    bring_up_to_date(small_project)
    return small_project


# ------------------------------------------------------------------------------- faults are named


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FIRST, f'{FIRST}\nsorce = "x"', "method 1 has an unknown key 'sorce'. Did you mean"),
        (FIRST, 'name = "years"', "method 1 has an unknown key 'name'"),
        (f"{FIRST}\n", "", "method 1 has no 'id'"),
        (FIRST, "id = 3", "method 1: id is 3, which should be text"),
        ('id = "movement"', FIRST, "two methods have the id 'years'"),
        ('words = ["year to March", "since"]', 'words = "since"', "words is 'since'"),
        ('words = ["year to March", "since"]', "words = [1]", "method 1"),
        ("{smallest_percent}", "{smallest_pct}", "method 2: reading holds a number in braces"),
        ('"over the last {trend_points} years"', '"over {years} years"', "method 11: words holds"),
        ("{trend_limit}", "{trend_limit.x}", "rule holds a number in braces"),
        ("{trend_limit}", "{}", "rule holds a number in braces"),
        ("{trend_limit}", "{trend_limit", "rule holds a number in braces"),
        ("{trend_limit}", "{trend_limit:d}", "rule holds a number in braces"),
        (f"[[methods]]\n{FIRST}", f"[[method]]\n{FIRST}", "unknown key 'method'"),
        ('title = "Years"', 'title = "Years', "not readable TOML"),
    ],
)
def test_a_fault_names_the_method_and_the_key(small_project, old, new, said):
    damage(small_project, FILE, old, new)
    with pytest.raises(KscbError) as caught:
        load(small_project)
    message = str(caught.value)
    assert "methods.toml" in message
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no 'methods'"),
        ("methods = 3", "methods is 3, which should be a list"),
        ("methods = [3]", "method 1 is 3"),
        ("[methods]", "methods is {}, which should be a list"),
    ],
)
def test_a_file_of_another_shape_is_refused(small_project, content, said):
    (small_project.root / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(MetadataFault, match=re.escape(said)):
        load(small_project)


def test_a_file_that_is_not_there_is_named(small_project):
    (small_project.root / FILE).unlink()
    with pytest.raises(SourceFault, match=r"methods\.toml is missing"):
        load(small_project)


def test_an_unknown_method_offers_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'interval'"):
        REAL["intervall"]
    with pytest.raises(UnknownName, match="No method 'made_up'"):
        REAL.reading({"years", "made_up"})


# -------------------------------------------------------------------------------- what they hold


def test_the_numbers_are_those_that_are_computed_with():
    percent, share = load_catalogue(HERE.metadata).smallest_change
    assert (percent, share) == (1.0, 0.02)
    assert "at least 1 point (a percentage) or 2% of the earlier figure" in REAL["movement"].reading
    assert f"at least {LEAST_RANKED} authorities" in REAL["rank"].reading
    assert REAL["trend"].reading.startswith(f"A trend needs {POINTS} years in a row")
    assert f"over the last {POINTS} years" in REAL["trend"].words
    assert f"above {CRITICAL} and" in REAL["trend"].rule
    assert f"need {LEAST_POINTS} figures" in REAL["run_chart"].reading


def test_another_smallest_change_is_told(small_project):
    indicators = "data/metadata/indicators.toml"
    sizes = "[smallest_change]\npercent = 2.5\nother = 0.005\n\n[topics.safeguarding]"
    damage(small_project, indicators, "[topics.safeguarding]", sizes)
    reading = load(small_project)["movement"].reading
    assert "at least 2.5 points (a percentage) or 0.5% of the earlier figure" in reading


@pytest.mark.parametrize("one", REAL.by_id.values(), ids=lambda one: one.method_id)
def test_every_method_is_said_in_full(one):
    for text in (one.title, one.short, one.reading, one.rule, *one.words):
        assert not re.search(r"[{}]", text), "a number that nobody filled in"
    assert one.title
    assert one.reading.endswith(".")
    assert one.rule.endswith(".")
    assert len(set(one.words)) == len(one.words)
    # A method that permits a verdict, a chart or a number says where its formula is from.
    if one.formula:
        assert one.source


def test_every_number_that_is_offered_is_used():
    document = tomllib.loads((REPOSITORY / FILE).read_text(encoding="utf-8"))
    texts = [text for one in document["methods"] for text in (*one["words"], *one.values())]
    assert set(re.findall(r"\{(\w+)\}", "\n".join(map(str, texts)))) == {
        "least_ranked", "trend_points", "trend_limit", "control_points", "smallest_percent",
        "smallest_other",
    }  # fmt: skip


def test_methods_are_told_in_their_own_order_once_each():
    used = {"trend", "years", "against"}
    assert REAL.reading(used) == [REAL[one].reading for one in ("years", "against", "trend")]
    assert REAL.reading(set()) == []


# ------------------------------------------------------------------------------- docs/methods.md


def test_the_page_is_up_to_date():
    page = (REPOSITORY / "docs" / "methods.md").read_text(encoding="utf-8")
    assert page == as_markdown(REAL), "Run: kscb methods"


def test_every_word_rule_formula_and_source_stands_in_the_page():
    page = as_markdown(REAL)
    for one in tomllib.loads((REPOSITORY / FILE).read_text(encoding="utf-8"))["methods"]:
        assert f"\n## {one['title']}\n" in page
        for told in (one["formula"], one["source"], REAL[one["id"]].rule):
            assert told in page
    assert all(word in page for one in REAL.by_id.values() for word in one.words)


def test_every_link_of_the_page_leads_to_a_heading_of_it():
    page = as_markdown(REAL)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    # As GitHub and Jupyter make them: small letters, spaces to hyphens, marks left out.
    anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    linked = re.findall(r"\]\(#([^)]*)\)", page)
    assert set(linked) <= anchors
    assert len(linked) == sum(bool(one.words) for one in REAL.by_id.values())


def test_the_page_is_written_once_and_checked_without_writing(with_docs):
    path = with_docs.root / "docs" / "methods.md"
    assert bring_up_to_date(with_docs) is False
    assert bring_up_to_date(with_docs, check=True) is False
    damage(with_docs, FILE, 'title = "Years"', 'title = "The years"')
    before = path.read_bytes()
    with pytest.raises(MetadataFault, match=r"docs/methods\.md is not up to date.*kscb methods"):
        bring_up_to_date(with_docs, check=True)
    assert path.read_bytes() == before
    assert bring_up_to_date(with_docs) is True
    assert "## The years" in path.read_text(encoding="utf-8")


def test_the_command_writes_and_checks(with_docs, monkeypatch):
    monkeypatch.setenv("KSCB_ROOT", str(with_docs.root))
    told = CliRunner().invoke(app, ["methods", "--check"])
    assert (told.exit_code, told.output) == (0, "docs/methods.md is up to date.\n")
    damage(with_docs, FILE, 'title = "Years"', 'title = "The years"')
    held = files_below(with_docs.root / "docs")
    stale = CliRunner().invoke(app, ["methods", "--check"])
    assert isinstance(stale.exception, MetadataFault)
    assert files_below(with_docs.root / "docs") == held
    assert CliRunner().invoke(app, ["methods"]).output == "docs/methods.md written.\n"
    assert CliRunner().invoke(app, ["methods"]).output == "docs/methods.md is up to date.\n"
