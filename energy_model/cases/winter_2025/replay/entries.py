"""Which pipelines of the model stand behind what was observed from January 2024 to October 2025."""

from __future__ import annotations

from datetime import date

ENTRY_PIPELINES = {
    "strandzha": ("strandzha_2_tr_bg",),
    "transmed": ("transmed_mazara",),
    "medgaz": ("medgaz", "medgaz_expansion"),
    "greenstream": ("greenstream",),
    "tap_melendugno": ("tap_melendugno",),
}
"""Points whose flow by month is published; those between members and in Great Britain are not in the tables."""
ENTRY_GROUPS = {
    "RU": "Russia (given)",
    "DZ": "Algeria",
    "AZ": "Azerbaijan",
    "LY": "Libya",
}
IMPORT_NODES = {
    "NO": ("NO", "EMD"),
    "GB": ("GB",),
}
"""Nodes from which gas of an origin enters the region; Emden is Norway's landing."""
TRANSIT_ENTRY, TRANSIT_EXIT = "sudzha", "velke_kapusany_ua_sk"
"""Line that brought what Russia sent through Ukraine, and the one that took it on, until the end of 2024."""
TRANSIT_ROUTE = "ukraine_transit"
TRANSIT_ENDS = date(2024, 12, 31)
"""Last day of the transit contract, known since it was signed at the end of 2019."""
FEEDERS = {"strandzha_2_tr_bg": "turkstream_2"}
"""Line that alone feeds an entry and at times carried more than its nameplate."""
