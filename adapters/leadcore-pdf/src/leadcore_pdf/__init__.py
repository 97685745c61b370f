"""Evidence packets of leadcore as PDF files for people, with the packet itself inside.

What is drawn is read from the packet and says the same; what can be checked is the packet, which
is attached to the file, byte for byte. Equal packets make equal files.

`lead_sheet` draws a lead to be printed, as `leadcore.lead_sheet.printed` tells it.
"""

from leadcore_pdf.leads import lead_sheet
from leadcore_pdf.rendering import ATTACHMENT, attached, render

__all__ = ["ATTACHMENT", "attached", "lead_sheet", "render"]
