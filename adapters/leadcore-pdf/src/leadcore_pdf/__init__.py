"""Evidence packets of leadcore as PDF files for people, with the packet itself inside.

What is drawn is read from the packet and says the same; what can be checked is the packet, which
is attached to the file, byte for byte. Equal packets make equal files.
"""

from leadcore_pdf.rendering import ATTACHMENT, attached, render

__all__ = ["ATTACHMENT", "attached", "render"]
