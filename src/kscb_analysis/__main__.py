"""Run the command line tool as `python -m kscb_analysis`."""

from kscb_analysis.cli import main

main()
