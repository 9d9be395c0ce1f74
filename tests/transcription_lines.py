"""Where each transcribed table stands in the text of its paper: lines, counted from 1.

A table that is not named here is found by its title, a figure by its place.
"""

from typing import Any

# Tables of the agenda pack: the lines with tabs in these ranges are their rows.
LINES_IN_THE_PACK: dict[str, list[tuple[int, int]]] = {
    "kscb_annual_report_2011/allegations": [(862, 869)],
    "kscb_annual_report_2011/bespoke_training": [(1129, 1132)],
    "kscb_annual_report_2011/board_income": [(1363, 1373)],
    "kscb_annual_report_2011/board_attendance": [(1445, 1474), (1476, 1481)],
    "kpi_report_2011_q2/revenue_budget": [(3312, 3315)],
    "kpi_report_2011_q2/capital_budget": [(3322, 3325)],
    "kpi_report_2011_q2/contact_centre_calls": [(3332, 3335)],
    "kpi_report_2011_q2/complaints": [(3344, 3346), (3348, 3349)],
    "early_intervention_2012/costs": [(1909, 1911), (1913, 1926)],
    "budget_monitoring_2012/service_variances": [(2193, 2206)],
    "budget_monitoring_2012/savings_at_risk": [(2226, 2230)],
    "budget_monitoring_2012/capital_variance": [(2234, 2237)],
    "budget_2012/a_to_z_services": [(2323, 2335)],
    "budget_2012/a_to_z_totals": [(2345, 2349)],
}

# Papers of their own. `paper` is part of a line that only this paper holds; `words` the words of
# which one must stand in the paragraph of a figure about an area. `how` a table is held against
# its lines:
#   tabbed                  the lines with tabs are its rows;
#   grades_under_headings   each grade follows its heading, which is in column `heading_column`;
#   grades_in_sentences     each grade stands in the paragraph that its place names;
#   counted_table           its cells count the list items under each heading;
#   figures                 each figure stands in the paragraph that its place names.
PAPERS_OF_THEIR_OWN: dict[str, dict[str, Any]] = {
    "apa_kent_2006": {
        "paper": "2006 ANNUAL PERFORMANCE ASSESSMENT OF SERVICES FOR CHILDREN "
        "AND YOUNG PEOPLE IN KENT",
        "tables": {
            "grades": {"lines": (36, 39), "how": "tabbed"},
            "grade_key": {"lines": (43, 47), "how": "tabbed"},
            "strengths_and_areas": {
                "lines": (141, 148),
                "how": "counted_table",
                "counts": {"per": "tabbed_cell", "mark": "•"},
            },
        },
    },
    "cabinet_apa_kent_2007": {
        "paper": "RESULTS OF ANNUAL PERFORMANCE ASSESSMENT OF CHILDREN'S SERVICES FOR 2006/07",
        "tables": {
            "grades_in_text": {
                "lines": (21, 21),
                "how": "grades_in_sentences",
                "paragraphs": "printed_sub",
            },
            "figures_in_text": {"lines": (21, 23), "how": "figures", "paragraphs": "printed_sub"},
        },
        "words": {"Kent": ("",)},
    },
    "apa_kingston_2007": {
        "paper": "2007 ANNUAL PERFORMANCE ASSESSMENT OF SERVICES FOR "
        "CHILDREN AND YOUNG PEOPLE IN THE ROYAL",
        "tables": {
            "grades": {"lines": (19, 128), "how": "grades_under_headings", "heading_column": 0},
            "recommendations_and_areas": {
                "lines": (25, 157),
                "how": "counted_table",
                "counts": {
                    "per": "section",
                    "mark": "- ",
                    "sections": {
                        "Being healthy": (25, 47),
                        "Staying safe": (48, 76),
                        "Enjoying and achieving": (77, 90),
                        "Making a positive contribution": (91, 111),
                        "Achieving economic well-being": (112, 125),
                        "Capacity to improve": (126, 157),
                    },
                    "columns": {
                        "Recommendations of the joint area review": (
                            "For action in the next six months",
                            "For action in the longer term",
                        ),
                        "Areas for development": ("Areas for development", "Area for development"),
                    },
                    "sentence": "(No|Two) recommendations emerged from the joint area review",
                },
            },
            "figures_in_text": {"lines": (48, 76), "how": "figures", "paragraphs": "counted"},
        },
        "words": {"Kingston upon Thames": ("",)},
    },
    "ofsted_kent_2010": {
        "paper": "Inspection of safeguarding and looked after children services",
        "tables": {
            "grade_key": {"lines": (57, 63), "how": "tabbed"},
            "record_safeguarding": {"lines": (385, 401), "how": "tabbed"},
            "record_looked_after": {"lines": (403, 422), "how": "tabbed"},
            "grades_in_text_safeguarding": {
                "lines": (95, 219),
                "how": "grades_under_headings",
                "heading_column": 1,
            },
            "grades_in_text_looked_after": {
                "lines": (220, 382),
                "how": "grades_under_headings",
                "heading_column": 1,
            },
            "about_this_inspection": {"lines": (46, 54), "how": "figures", "paragraphs": "printed"},
            "service_information": {"lines": (65, 94), "how": "figures", "paragraphs": "printed"},
            "safeguarding_text": {"lines": (95, 219), "how": "figures", "paragraphs": "printed"},
            "looked_after_text": {"lines": (220, 382), "how": "figures", "paragraphs": "printed"},
        },
        "words": {
            "Kent": ("",),
            "England": ("england", "nationally"),
            "South East": ("south east england",),
            "Statistical neighbours of Kent": ("comparator authorities",),
        },
    },
}
