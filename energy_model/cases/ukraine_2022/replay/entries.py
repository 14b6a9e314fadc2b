"""Which pipelines of the model stand behind which observed entry point."""

from __future__ import annotations

ENTRY_PIPELINES = {
    "nord_stream_1": ("nord_stream_1",),
    "kondratki": ("yamal_kondratki",),
    "wysokoje": ("wysokoje",),
    "tieterowka": ("tietierowka",),
    "kotlovka": ("kotlovka", "kaliningrad_transit"),
    "velke_kapusany": ("velke_kapusany_ua_sk",),
    "budince": ("budince_ua_sk",),
    "bereg": ("bereg_ua_hu",),
    "drozdowicze": ("drozdowicze_ua_pl",),
    "isaccea": ("isaccea_2_ua_ro", "isaccea_3_ua_ro"),
    "mediesu": ("mediesu_isaccea_ua_ro",),
    "strandzha": ("strandzha_2_tr_bg",),
    "imatra": ("imatra",),
    "luhamaa_korneti": ("luhamaa",),
    "varska": ("varska",),
    "narva": ("narva",),
    "medgaz": ("medgaz", "medgaz_expansion"),
    "maghreb_europe": ("gme_tarifa_ma_es",),
    "transmed": ("transmed_mazara",),
    "greenstream": ("greenstream",),
    "tap_kipoi": ("kipoi_tap",),
    "tap_melendugno": ("tap_melendugno",),
    "dornum": ("europipe_2_dornum",),
    "emden_de": ("emden_de",),
    "emden_nl": ("emden_nl",),
    "dunkerque": ("franpipe",),
    "zeebrugge_zpt": ("zeepipe",),
    "interconnector_gb_be": ("iuk_gb_be",),
    "bbl_gb_nl": ("bbl_gb_nl",),
}
"""Kotlovka counts the Kaliningrad transit too. Easington and St Fergus are missing: British fields land there, too; and
Moffat, which also serves Northern Ireland, a part of Great Britain's market here."""
ENTRY_GROUPS = {
    "RU": "Russia (given)",
    "NO": "Norway by landing point",
    "DZ": "Algeria",
    "AZ": "Azerbaijan",
    "LY": "Libya",
    "GB": "from Great Britain",
}
KALININGRAD = "kaliningrad_transit"
UKRAINE_ENTRIES = ("sudzha", "sokhranivka")
"""Lines that bring what leaves Ukraine westward; Ukraine's own use is left to the model."""
FEEDERS = {"strandzha_2_tr_bg": "turkstream_2"}
"""Line that alone feeds an entry and at times carried more than its nameplate."""
IDLE = "strandzha_1_bg_tr"
"""Line without trade since January 2020, when TurkStream took its gas over."""
SUMMED = {"emden (both)": ("emden_de", "emden_nl")}
"""Dutch and German entry of one landing: together."""
