"""Leads of leadcore as files, written one by one: as many as there are, in little memory.

Which fields are written, and what an account may have of a lead, says `leadcore.lead_sheet`. Every
writer takes leads and an open binary file, and gives how many it wrote.
"""

from leadcore_exports.adf import write_adf
from leadcore_exports.csv_file import escaped, plain, write_csv
from leadcore_exports.json_file import write_json, write_json_lines
from leadcore_exports.vcard import write_vcards
from leadcore_exports.xlsx import write_xlsx

__all__ = [
    "escaped",
    "plain",
    "write_adf",
    "write_csv",
    "write_json",
    "write_json_lines",
    "write_vcards",
    "write_xlsx",
]
