"""The words of a page in ``de``, by the keys of the English ones."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
GERMAN: Mapping[str, str] = {
    "and": "und",
    "reference": "der Referenz",
    "range": "{low} bis {high}",
    "range_unknown": "Spanne nicht berechnet (--ranges)",
    "subtitle": "{title}. {start} bis {end}; Datenstand {as_of}.",
    "subtitle_country": "{country} im Szenario: {title}. {start} bis {end}; Datenstand {as_of}.",
    "source": (
        "Eigene Berechnung, energy-model {version}; Datenpaket „{package}“, Datenstand {as_of}, {digest}. "
        "Ausgegeben am {issued}."
    ),
    "title_cut": "{place}: {share} des Gasbedarfs werden abgeschaltet, am meisten im {month}",
    "title_cut_range": "{place}: {share} des Gasbedarfs werden abgeschaltet ({span}), am meisten im {month}",
    "title_reduced": "{place}: Niemand wird abgeschaltet; {share} des Gasbedarfs entfallen preisbedingt",
    "title_tight": "{place}: Niemand wird abgeschaltet, am knappen Ende der Daten aber {share} des Gasbedarfs",
    "title_none": "{place}: Niemand wird abgeschaltet, und kein Bedarf entfällt preisbedingt",
    "curtailed": "{place}: auf Anordnung abgeschaltet",
    "reduced": "{place}: preisbedingt entfallender Bedarf",
    "price": "{place}: mittlerer Preis",
    "filling": "{place}: niedrigster Füllstand der Speicher",
    "of_demand": "{share} des Bedarfs",
    "of_demand_here": "{share} des Bedarfs; weitere {volume} entfallen preisbedingt",
    "quoted": "„{title}“",
    "in_base": ", {value} in {base}",
    "against": "{value} in {base}",
    "over_span": "von {start} bis {end}",
    "worst": "Wann es am schlimmsten ist",
    "worst_month": "{month}: {volume} abgeschaltet, {share} des Monatsbedarfs ({place}).",
    "worst_share": "Nach dem Anteil ist es {month} ({share}, {volume}).",
    "worst_none": "{place}: In keinem Monat wird jemand abgeschaltet.",
    "worst_reduced": "Am meisten Bedarf entfällt preisbedingt im {month}: {volume}, {share} des Monatsbedarfs.",
    "worst_price": "Am höchsten ist der Preis im {month}: {price} ({place}).",
    "because": "Warum Gas fehlt: {reasons}.",
    "replaced": "Wer das Gas aus {supplier} ersetzt",
    "changed": "Was sich gegenüber {base} ändert",
    "lost": "{volume} Gas aus {supplier} fehlen im Verbrauch ({place}) gegenüber {base}. An ihre Stelle treten:",
    "lost_none": "Änderungen der Bilanz ({place}) gegenüber {base}:",
    "replaced_lng": "Was das fehlende LNG ersetzt",
    "lost_lng": (
        "{volume} LNG fehlen im Verbrauch ({place}) gegenüber {base}. Weniger geladen wird von: {sellers}; da LNG ein "
        "Markt ist, nehmen auch die Ladungen aller anderen andere Wege. An ihre Stelle treten:"
    ),
    "no_base": "Dies ist der Lauf, an dem andere gemessen werden.",
    "head_source": "Quelle",
    "head_volume": "TWh",
    "head_of_lost": "des Verlusts",
    "source_focus": "Pipelinegas aus {supplier}",
    "source_lng": "LNG",
    "source_pipeline": "anderes Pipelinegas",
    "source_production": "eigene Förderung",
    "source_storage": "Speicher",
    "source_voluntary": "preisbedingt entfallender Bedarf",
    "source_demand": "Sparen durch Maßnahmen",
    "source_curtailed": "Abschaltung",
    "source_losses": "geringere Verluste beim Transport",
    "decides": "Was die Spanne bestimmt",
    "decides_alone": (
        "{what} ({place}): Den größten Teil der Spanne bestimmt eine Größe: {input}. Sie allein bewegt die Zahl von "
        "{low} bis {high}. Niedrigster Wert: {low_from}; höchster Wert: {high_from}."
    ),
    "decides_cut": "Am knappen Ende der Daten werden {volume} abgeschaltet ({place}): {high_from}.",
    "decides_none": "{what} ({place}): Keine Größe mit angegebener Spanne bewegt diese Zahl.",
    "decides_unknown": "Spannen wurden nicht berechnet: Ohne sie sollte keine Zahl dieser Seite allein zitiert werden.",
    "what_curtailed": "Abschaltung",
    "what_reduced": "Preisbedingt entfallender Bedarf",
    "side_tight": "{input} am knappen Ende",
    "side_easy": "{input} am reichlichen Ende",
    "side_central": "alle Größen bei ihrem mittleren Wert",
    "input_all of them": "alle Größen",
    "options": "{place}: was helfen würde, nach der Wirkung geordnet",
    "options_calm": "{place}: was helfen würde, nach der Wirkung auf den Preis",
    "options_none": "Die Bibliothek kennt keine Maßnahme, die dieses Szenario lindert und nicht schon darin steht.",
    "head_option": "Option",
    "head_brings": "Vermiedene Abschaltung",
    "head_keeps": "Bedarf, der bleibt",
    "head_price": "Preis",
    "head_takes": "Was es braucht",
    "brings_cut": "{volume} ({share})",
    "brings_none": "keine zu vermeiden",
    "price_change": "{value} EUR/MWh",
    "takes_gas": "{volume} mehr Gas, zum mittleren Preis der Region etwa {money} Mrd. EUR",
    "takes_saving": "{volume} weniger Bedarf; was das Sparen kostet, steht nicht im Modell",
    "takes_nothing": "weder weiteres Gas noch Sparen",
    "takes_gas_short": "{volume} mehr Gas ({money} Mrd. EUR)",
    "takes_saving_short": "{volume} weniger Bedarf",
    "options_country": (
        "Für die Verbraucher in: {country}. Der Aufwand gilt für ganz Europa: Gas zum mittleren Preis der Region; was "
        "das Sparen kostet, steht nicht im Modell."
    ),
    "added": "Gegenüber „{base}“, worauf es aufbaut",
    "added_number": "{what}: {change} ({new}, zuvor {old})",
    "added_lng": "angelandetes LNG in allen Märkten",
    "added_other_days": (
        "Es umfasst andere Tage ({start} bis {end}), Summen haben daher keinen Unterschied; "
        "'energy-model compare --common-days' rechnet beide über die gemeinsamen Tage."
    ),
    "caveat": "Zu beachten",
    "caveat_cut": (
        "Dies ist keine Prognose. Die Spanne enthält, was die Daten offenlassen, nicht den eigenen Fehler des Modells "
        "gegenüber der Vergangenheit (docs/validation.md); ein Preis im Mangel ist, was die Abschaltung des nächsten "
        "Verbrauchers kostet."
    ),
    "caveat_calm": (
        "Dies ist keine Prognose, sondern der kostengünstigste Plan eines reibungslosen Marktes. Die Spanne enthält, "
        "was die Daten offenlassen, nicht den eigenen Fehler des Modells gegenüber der Vergangenheit "
        "(docs/validation.md)."
    ),
    "foresight_perfect": "Alle kennen darin den Tag jeder Maßnahme und das Wetter vom ersten Tag an.",
    "foresight_surprise": "Keine Maßnahme ist darin bekannt, bevor sie angekündigt wird; das Wetter ist es.",
    "foresight_rolling": "Geplant wird darin Monat für Monat: Spätere Maßnahmen, Wetter und Preise sind unbekannt.",
    "map": "Anteil des abgeschalteten Bedarfs im ganzen Zeitraum, nach Ländern; Pfeile: Pipelinegas, Mittel.",
    "map_calm": "Niemand wird abgeschaltet: Anteil des preisbedingt entfallenden Bedarfs; Pfeile: Pipelinegas.",
    "map_alt": "Karte von Europa. {words}",
    "map_worst": "Am härtesten getroffen: {countries}.",
    "map_nobody": "Kein Land ist getroffen.",
    "country_title_cut": "{country}: {share} des Gasbedarfs werden abgeschaltet; Notfallstufe an {days} von {all}",
    "country_title_alert": "{country}: Niemand wird abgeschaltet; Alarmstufe an {days} von {all}",
    "country_title_early": "{country}: Niemand wird abgeschaltet; Frühwarnstufe an {days} von {all}",
    "country_title_calm": "{country}: Niemand wird abgeschaltet, und keine Krisenstufe wird erreicht",
    "days": "{count} Tagen",
    "dependence": "Wie abhängig von Gas aus {supplier}",
    "dependence_words": (
        "{country}: Vom gesamten verbrannten Gas kamen ohne die Maßnahmen des Szenarios ab {since} {consumed} aus "
        "{supplier}, gleich auf welchem Weg. Von allem Gas, das ins Land kam, kamen {border} unmittelbar über "
        "Leitungen oder auf Schiffen aus {supplier}. Beides stimmt; keines darf als das andere zitiert werden: Gas, "
        "das durch ein Nachbarland kommt, zählt nur im ersten."
    ),
    "dependence_ships": (
        "Ladungen haben im Modell keinen festen Käufer: Wessen Schiffe wo anlegen, ist nicht zu zitieren."
    ),
    "head_share": "Anteil des Gases aus {supplier}",
    "head_before": "Ohne die Maßnahmen",
    "head_after": "Im Szenario",
    "row_consumed": "am verbrannten Gas (durch Nachbarländer verfolgt)",
    "row_border": "am Gas, das ins Land kommt (nur unmittelbare Lieferungen)",
    "row_stock": "unbekannter Herkunft am verbrannten Gas (erster Speicherstand)",
    "ways": "Wege ins Land",
    "ways_none": "{country}: Keine Leitung und kein Terminal führt ins Land.",
    "head_way": "Zugang",
    "head_capacity": "Kapazität GWh/Tag",
    "head_used": "Genutzt GWh/Tag",
    "head_used_before": "Ohne die Maßnahmen",
    "way_from": "aus: {place}",
    "way_sea": "LNG-Terminals",
    "way_production": "eigene Förderung",
    "way_others": "{count} weitere Zugänge",
    "stock": "Wie lange der Speicher reicht",
    "stock_words": (
        "Am {day} lagern {volume} ({share} gefüllt): ganz ohne Einfuhren {alone} Tage des mittleren Bedarfs vom "
        "{start} bis {end}; mit den Einfuhren und der Förderung des Szenarios: {with_imports}."
    ),
    "stock_lasts": "der Speicher wird nicht beansprucht",
    "stock_days": "{days} Tage",
    "stock_none": "{country} hat im Modell keinen Speicher.",
    "levels": "Krisenstufen des Notfallplans, Woche für Woche",
    "levels_months": "Krisenstufen des Notfallplans, Monat für Monat",
    "levels_days": "Krisenstufen des Notfallplans, Tag für Tag",
    "levels_rule": (
        "Regel dieser Seite, nach Artikel 11 der Verordnung (EU) 2017/1938. Notfallstufe: Kunden werden auf Anordnung "
        "abgeschaltet. Alarmstufe: noch niemand, doch beim Tempo der Ausspeicherung reicht der Speicher keine {spell} "
        "Tage. Frühwarnstufe: Er würde nicht bis Ende März reichen."
    ),
    "levels_found": "Notfallstufe an {emergency}, Alarmstufe an {alert}, Frühwarnstufe an {early}, keine an {calm}.",
    "levels_first": "Erster Alarm am {alert}, erster Notfall am {emergency}.",
    "levels_first_emergency": "Erster Notfall am {emergency}.",
    "levels_first_alert": "Erster Alarm am {alert}.",
    "level_none": "keine Stufe",
    "level_early": "Frühwarnstufe",
    "level_alert": "Alarmstufe",
    "level_emergency": "Notfallstufe",
    "levels_alt": "Füllstand der Speicher ({country}) im Lauf der Zeit mit der Krisenstufe jedes Abschnitts. {words}",
    "levels_axis": "Füllstand der Speicher, %",
    "levels_axis_none": "Gedeckter Bedarf, %",
    "peak": "Spitzentag und Kapazität",
    "peak_words": (
        "Ein Tag, wie er einmal in zwanzig Jahren kommt, verlangt {peak} GWh. Nach Kapazität: Zugänge, Förderung, "
        "Speicher und Terminals leisten {capacity} GWh/Tag, ohne die größte Anlage ({largest}) {left} GWh/Tag, "
        "{percent} der Spitze; das ist das N-1 des Gesetzes. Kapazität ist nicht Gas: Ein Land kann bestehen und doch "
        "Mangel leiden."
    ),
    "peak_gas": (
        "Nach Gas: Im {month} des Szenarios werden am mittleren Tag {brought} GWh/Tag gefördert oder kommen herein, "
        "Ausfuhren abgezogen, und die Speicher, an seinem Ende {filling} gefüllt, können {rate} GWh/Tag geben: {share} "
        "der Spitze, wenn nicht mehr hereinkommt."
    ),
    "peak_gas_alone": (
        "Nach Gas: Im {month} des Szenarios werden am mittleren Tag {brought} GWh/Tag gefördert oder kommen herein, "
        "Ausfuhren abgezogen: {share} der Spitze, wenn nicht mehr hereinkommt."
    ),
    "peak_none": "{country}: Die Daten enthalten keinen Spitzentag.",
    "reason_no_supply": "aus {supplier} kommt kein Gas",
    "reason_less_supply": "aus {supplier} kommen nur noch {rate:,.0f} GWh/Tag, nach höchstens {most:,.0f}",
    "reason_storing": "{rate:,.0f} GWh/Tag werden für den Winter eingespeichert (Füllstand {filling:.0%})",
    "reason_storing_for_target": (
        "{rate:,.0f} GWh/Tag werden für den Winter eingespeichert (Füllstand {filling:.0%}, zum {day} sind "
        "{asked:,.0f} TWh verlangt)"
    ),
    "reason_lowest": "die Speicher sind auf ihrem niedrigsten Stand ({filling:.0%})",
    "reason_kept": "was im Speicher ist ({filling:.0%}), wird für später aufgehoben",
    "reason_lasting": (
        "die Speicher geben {rate:,.0f} GWh/Tag und müssen den Winter über reichen (Füllstand {filling:.0%})"
    ),
    "reason_high_demand": "der Bedarf ist {times:.1f}-mal so hoch wie im Mittel des Zeitraums",
    "reason_ways_in": (
        "Terminals und Leitungen auf dem Weg zu {share:.0%} dessen, was abgeschaltet wird, sind voll (Gas ist dort"
        " {cut:,.0f} EUR/MWh wert, {landed:,.0f} wo noch Schiffe anlegen können)"
    ),
    "reason_lng_world": "weiteres LNG (schon {more:.0%} über dem Erwarteten) kostet, wofür Käufer anderswo es hergäben",
    "reason_lng_limit": "Europa nimmt alles LNG, das es im Zeitraum anziehen kann",
    "input_LNG that Europe can attract": "LNG, das Europa an sich ziehen kann",
    "input_what LNG exporters can load": "was LNG-Exporteure verladen können",
    "input_months until demand answers": "Monate, bis der Bedarf antwortet",
    "input_answer of LNG buyers elsewhere": "Antwort der LNG-Käufer außerhalb Europas",
    "input_gas of pipeline suppliers by month": "Gas der Pipelinelieferanten nach Monaten",
    "input_answer of demand to price, with a lag": "verzögerte Antwort des Bedarfs auf den Preis",
    "input_weight of little LNG in plans": "Gewicht von wenig LNG in den Plänen",
    "input_volumes of LNG exporters": "Mengen der LNG-Exporteure",
    "input_volumes of pipeline suppliers": "Mengen der Pipelinelieferanten",
    "input_indigenous production": "einheimische Förderung",
    "input_pipeline capacities": "Kapazitäten der Leitungen",
    "input_send-out of terminals": "Ausspeisung der LNG-Terminals",
    "input_answer of demand to price": "Antwort des Bedarfs auf den Preis",
    "input_price of LNG": "Preis von LNG",
    "input_filling targets": "Füllstandsvorgaben",
    "input_stock left at the end": "Speicherstand am Ende",
}
"""Every text by key; places for numbers and days in braces."""
