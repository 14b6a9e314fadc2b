"""The explorer: runs of a data package as one HTML file that needs no server and no network.

:mod:`.gather` brings runs to plain numbers, :mod:`.map_data` adds the flow map, :mod:`.words` their names in the other
language, and :mod:`.page` writes them with the page of ``explorer.html``, ``explorer.css`` and the scripts.
"""
