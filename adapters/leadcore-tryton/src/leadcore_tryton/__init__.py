"""leadcore inside Tryton: the module `leadcore` over `party` and `sale.opportunity`.

The records are the host's; what may be done with them is decided by leadcore's core, from facts
that `facts` reads out of the host's rows. Nothing here outlives a transaction, because the host
runs a request again where it met another one.
"""

__all__: list[str] = []
