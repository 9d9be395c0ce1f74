"""An area and a year in; what the papers that take in every topic have in common out."""

from collections.abc import Sequence

from markupsafe import Markup

from kscb_analysis.catalogue import Indicator
from kscb_analysis.dataset import Dataset, load
from kscb_analysis.front_matter import FrontMatter
from kscb_analysis.markup import Block, bullets
from kscb_analysis.paper import Paper


class EveryTopic(Paper):
    """A paper on all topics at once; the class that inherits from it gives its title.

    Parameters are those of `Paper`.
    """

    heading = ""

    def __init__(
        self,
        *,
        area: str = "Kent",
        period: object = 0,
        first_year: object = 0,
        comparators: str = "",
        front: FrontMatter | None = None,
        data: Dataset | None = None,
    ) -> None:
        data = data or load()
        super().__init__(
            tuple(data.catalogue.topics),
            title=self.heading,
            area=area,
            period=period,
            first_year=first_year,
            comparators=comparators,
            front=front,
            data=data,
        )
        self.indicators = self._chosen(self.indicators)

    def _chosen(self, indicators: list[Indicator]) -> list[Indicator]:
        """Choose what the paper is about out of all indicators: here, every one."""
        return indicators


def summary_box(heading: str, said: Sequence[Markup]) -> Block:
    """Make the box that a paper begins with; its text is the sentences, one a line."""
    return Block(
        Markup(
            '<section class="findings" aria-labelledby="where-things-stand">'
            '<h2 id="where-things-stand">{}</h2>{}</section>'
        ).format(heading, bullets(said)),
        "\n".join(one.striptags() for one in said),
    )
