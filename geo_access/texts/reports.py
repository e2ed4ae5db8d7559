"""Texts of the reports that go elsewhere: pipelines, spreadsheets, the comparison with a kept result, the export."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # What a kept result is refused for
    "baseline_missing": Text(
        "ce résultat gardé n’existe pas\u00a0; écrivez-le d’abord\u00a0: geo-access check … --format json --output {file}",
        "this kept result does not exist; write it first: geo-access check … --format json --output {file}",
    ),
    "baseline_unreadable": Text(
        "ce résultat gardé ne peut pas être lu ({said})\u00a0; vérifiez le chemin et les droits",
        "this kept result cannot be read ({said}); check the path and the permissions",
    ),
    "baseline_damaged": Text(
        "ce fichier n’est pas, ou plus, un résultat de «\u00a0geo-access check --format json\u00a0» ({said})\u00a0; écrivez-le de nouveau",
        "this file is not, or no longer, a result of “geo-access check --format json” ({said}); write it again",
    ),
    "baseline_other_target": Text(
        "ce résultat gardé a été mesuré autrement ({differences})\u00a0; revenez à ces réglages, ou gardez un nouveau résultat",
        "this kept result was measured otherwise ({differences}); go back to its settings, or keep a new result",
    ),
    "baseline_other_communes": Text(
        "ce résultat gardé ne porte pas sur les mêmes communes (d’un seul côté\u00a0: {names})\u00a0; comparez le même territoire, ou gardez un nouveau résultat",
        "this kept result is not about the same communes (on one side only: {names}); compare the same territory, or keep a new result",
    ),
    "baseline_other_residents": Text(
        "des communes n’ont d’habitants que d’un côté ({names})\u00a0; comparez les mêmes données de population, ou gardez un nouveau résultat",
        "some communes have residents on one side only ({names}); compare the same population data, or keep a new result",
    ),
    "tolerance_alone": Text(
        "--tolerance ne sert qu’avec --baseline\u00a0; donnez aussi le résultat gardé",
        "--tolerance needs --baseline; give the kept result as well",
    ),
    # The comparison in words
    "baseline": Text(
        "Comparaison avec {file} (étude du {date}), à {tolerance} pt près.",
        "Compared with {file} (study of {date}), within {tolerance} pt.",
    ),
    "baseline_held": Text("Aucune commune n’est moins bien desservie.", "No commune is served less well."),
    "baseline_worse": Text("Communes moins bien desservies\u00a0: {count}", "Communes served less well: {count}"),
    "baseline_better": Text("Communes mieux desservies\u00a0: {count}", "Communes served better: {count}"),
    "baseline_steady": Text("Communes stables\u00a0: {count}", "Communes unchanged: {count}"),
    "baseline_total": Text(
        "Part desservie dans l’ensemble\u00a0: {before} → {after}", "Share served overall: {before} → {after}"
    ),
    "baseline_inputs": Text("Fichiers changés depuis\u00a0: {names}", "Files changed since: {names}"),
    "baseline_change": Text(
        "{name} ({insee})\u00a0: {before} → {after} ({points} pt)\u00a0; habitants non desservis\u00a0: {missed_before} → {missed_after}",
        "{name} ({insee}): {before} → {after} ({points} pt); residents not served: {missed_before} → {missed_after}",
    ),
    # A commune in one line
    "misses": Text(
        "{share} des habitants desservis, {required} requis\u00a0; non desservis\u00a0: {missed} sur {residents}.",
        "{share} of the residents served, {required} required; not served: {missed} of {residents}.",
    ),
    "misses_as_before": Text(
        "Cible non atteinte, sans recul au-delà de la tolérance depuis le résultat gardé.",
        "Target missed, with no loss beyond the tolerance since the kept result.",
    ),
    "without_residents": Text("Sans habitant dans les données", "No residents in the data"),
    # Markdown
    "heading_communes": Text("Communes", "Communes"),
    "heading_sst": Text("SST", "SST"),
    "heading_baseline": Text("Depuis le résultat gardé", "Since the kept result"),
    "one_study_alone": Text(
        "{option} va avec une seule étude\u00a0; lancez une commande par étude",
        "{option} goes with one study alone; run one command for each study",
    ),
    "studies_meet": Text(
        "{meeting} études sur {count} atteignent leur objectif dans toutes leurs communes",
        "{meeting} of {count} studies meet their target in every commune",
    ),
    # Columns of the spreadsheet
    "csv_study": Text("Étude", "Study"),
    "csv_insee": Text("Code INSEE", "INSEE code"),
    "csv_name": Text("Commune", "Commune"),
    "csv_sst": Text("SST", "SST"),
    "csv_residents": Text("Habitants", "Residents"),
    "csv_served": Text("Habitants desservis", "Residents served"),
    "csv_share": Text("Desservis (%)", "Served (%)"),
    "csv_share_pole": Text("dont par un pôle (%)", "by a pôle (%)"),
    "csv_share_antenna": Text("dont par une antenne (%)", "by an antenna (%)"),
    "csv_beyond": Text("Habitants au-delà des seuils", "Residents beyond the thresholds"),
    "csv_unsnapped": Text("Habitants loin de toute rue", "Residents far from any street"),
    "csv_median_min_pole": Text("Temps médian vers un pôle (min)", "Median time to a pôle (min)"),
    "csv_share_any": Text("Desservis si tout pôle compte (%)", "Served if any pôle counts (%)"),
    "csv_share_own_sst": Text(
        "Desservis si seul compte le pôle de leur SST (%)", "Served if only their own SST’s pôle counts (%)"
    ),
    "csv_share_pmi": Text("Public des PMI à portée d’une PMI (%)", "PMI public within reach of a PMI (%)"),
    "csv_presence": Text("Lieu dans la commune", "Place in the commune"),
    "csv_verdict": Text("Promesse tenue", "Promise met"),
    "csv_before": Text("Desservis, résultat gardé (%)", "Served, kept result (%)"),
    "csv_points": Text("Écart (points)", "Change (points)"),
    "csv_change": Text("Évolution", "Change"),
    "csv_yes": Text("oui", "yes"),
    "csv_no": Text("non", "no"),
    "csv_no_residents": Text("sans habitant", "no residents"),
    "csv_total": Text("Ensemble", "All"),
    "change_worse": Text("moins bien", "worse"),
    "change_steady": Text("stable", "unchanged"),
    "change_better": Text("mieux", "better"),
    # The export
    "export_is_file": Text(
        "c’est un fichier\u00a0; donnez un nom de dossier", "this is a file; give the name of a folder"
    ),
    "export_foreign": Text(
        "ce dossier contient autre chose qu’un export ({names})\u00a0; donnez un nouveau nom",
        "this folder holds something else than an export ({names}); give a new name",
    ),
    "export_written": Text("{count} fichiers écrits dans {folder}", "{count} files written to {folder}"),
    "column_layer": Text("couche", "layer"),
    "column_name": Text("colonne", "column"),
    "column_kind": Text("type", "type"),
    "column_unit": Text("unité", "unit"),
    "column_fr": Text("description (français)", "description (French)"),
    "column_en": Text("description (anglais)", "description (English)"),
    "layer_residents": Text(
        "Habitants par carreau ou par adresse, avec l’état de leur desserte",
        "Residents by cell or address, with how they are served",
    ),
    "layer_communes": Text("Communes, avec le verdict de chacune", "Communes, with the verdict of each"),
    "layer_sst": Text(
        "Services des solidarités territoriales (SST), avec les mêmes chiffres",
        "Local social service areas (SST), with the same figures",
    ),
    "layer_sites": Text("Lieux d’accueil, tels que l’étude les compte", "Places, as the study counts them"),
    # Their columns
    "field_cell": Text("Identifiant du carreau ou de l’adresse", "Identifier of the cell or address"),
    "field_insee": Text("Code INSEE de la commune", "INSEE code of the commune"),
    "field_name": Text("Nom", "Name"),
    "field_sst": Text("SST de rattachement", "SST it belongs to"),
    "field_weight": Text("Habitants comptés ici", "Residents counted here"),
    "field_state": Text(
        "État\u00a0: pole (pôle à portée), antenna (pôle hors de portée, antenne à portée), beyond (au-delà des deux seuils), unsnapped (loin de toute rue)",
        "State: pole (pôle in reach), antenna (pôle out of reach, antenna in reach), beyond (beyond both thresholds), unsnapped (far from any street)",
    ),
    "field_share_of_departures": Text(
        "Part des départs pour lesquels la règle tient (pôle, sinon antenne)",
        "Share of the departures for which the rule holds (pôle, or else antenna)",
    ),
    "field_departures_pole": Text(
        "Part des départs avec un pôle à portée", "Share of the departures with a pôle in reach"
    ),
    "field_departures_antenna": Text(
        "Part des départs avec une antenne à portée", "Share of the departures with an antenna in reach"
    ),
    "field_pole_p50_s": Text(
        "Temps médian vers le pôle le plus proche, manquant si aucun n’est accessible",
        "Median time to the nearest pôle, missing where none can be reached",
    ),
    "field_pole_site": Text("Pôle qui dessert le mieux (couche sites)", "Pôle that serves best (layer sites)"),
    "field_antenna_s": Text(
        "Temps médian vers l’antenne la plus proche, manquant si aucune n’est accessible",
        "Median time to the nearest antenna, missing where none can be reached",
    ),
    "field_antenna_site": Text("Antenne qui dessert le mieux (couche sites)", "Antenna that serves best (layer sites)"),
    "field_reason": Text(
        "Pourquoi non desservi\u00a0: unsnapped (loin de toute rue), no_stop (aucun arrêt à pied), unreachable (aucun trajet), too_rare (trop peu de départs), too_long (trop long)",
        "Why not served: unsnapped (far from any street), no_stop (no stop on foot), unreachable (no journey), too_rare (too few departures), too_long (too long)",
    ),
    "field_population": Text("Population du fichier des communes", "Population in the file of communes"),
    "field_communes": Text("Nombre de communes", "Number of communes"),
    "field_cells": Text("Nombre de carreaux ou d’adresses", "Number of cells or addresses"),
    "field_residents": Text("Habitants", "Residents"),
    "field_served": Text("Habitants desservis", "Residents served"),
    "field_share": Text("Part des habitants desservis", "Share of the residents served"),
    "field_share_pole": Text("Part des habitants desservis par un pôle", "Share of the residents served by a pôle"),
    "field_share_antenna": Text(
        "Part des habitants desservis par une antenne seulement", "Share of the residents served by an antenna only"
    ),
    "field_beyond": Text("Habitants au-delà des deux seuils", "Residents beyond both thresholds"),
    "field_unsnapped": Text(
        "Habitants loin de toute rue connue, comptés comme non desservis",
        "Residents far from any known street, counted as not served",
    ),
    "field_share_any": Text(
        "Part des habitants desservis si tout pôle compte", "Share of the residents served if any pôle counts"
    ),
    "field_share_own_sst": Text(
        "Part des habitants desservis si seul compte le pôle de leur SST",
        "Share of the residents served if only their own SST’s pôle counts",
    ),
    "field_share_pmi": Text(
        "Part du public des PMI à portée d’une PMI, si l’étude la mesure",
        "Share of the PMI public within reach of a PMI, where the study measures it",
    ),
    "field_median_min_pole": Text(
        "Médiane, sur les habitants, de leur temps médian vers un pôle\u00a0; manquante si la moitié n’en atteint aucun",
        "Median over the residents of their median time to a pôle; missing where half of them reach none",
    ),
    "field_presence": Text(
        "La commune a un lieu à elle, si l’étude le demande",
        "The commune has a place of its own, where the study asks for it",
    ),
    "field_verdict": Text(
        "Verdict\u00a0: meets (promesse tenue), misses (non tenue), no residents (sans habitant)",
        "Verdict: meets, misses, no residents",
    ),
    "field_meets": Text("Promesse tenue\u00a0; manquant sans habitant", "Promise met; missing without residents"),
    "field_site": Text("Identifiant du lieu", "Identifier of the place"),
    "field_kind": Text(
        "Type\u00a0: pole, antenna, annex, pmi, permanence, mobile_stop (caravane), partner (partenaire)",
        "Kind: pole, antenna, annex, pmi, permanence (part-time desk), mobile_stop, partner",
    ),
    "field_status": Text(
        "Statut\u00a0: open (en service), renovation (en travaux), planned (en projet), closed (hors service)",
        "Status: open, renovation, planned, closed",
    ),
    "field_open_from": Text("Ouvert à partir de cette date", "Open from this date"),
    "field_open_until": Text("Ouvert jusqu’à cette date", "Open until this date"),
    "field_hours": Text("Horaires d’ouverture, tels que la liste les donne", "Opening hours, as the list gives them"),
    "field_dates": Text("Dates de passage, tels que la liste les donne", "Dates of the stop, as the list gives them"),
    "field_site_insee": Text("Code INSEE donné par la liste", "INSEE code that the list gives"),
    "field_insee_point": Text(
        "Code INSEE de la commune où tombe le point", "INSEE code of the commune the point is in"
    ),
    "field_location": Text("Comment le point est connu", "How the point is known"),
    "field_operator": Text("Gestionnaire", "Operator"),
    "field_address": Text("Adresse", "Address"),
    "field_source": Text("Source", "Source"),
    "field_label": Text("Étiquette", "Label"),
    "field_row": Text("Ligne dans la liste (l’en-tête est la ligne 1)", "Row in the list (the header is row 1)"),
    "field_open": Text("En service le jour étudié", "Open on the day studied"),
    "field_counts_as_pole": Text("Compte comme pôle", "Counts as a pôle"),
    "field_counts_as_antenna": Text("Compte comme antenne", "Counts as an antenna"),
    "field_counts_as_pmi": Text("Compte comme PMI", "Counts as a PMI"),
    "field_geometry": Text(
        "Contour ou point, dans le système de coordonnées de l’étude",
        "Outline or point, in the study’s coordinate system",
    ),
    "unit_people": Text("habitants", "residents"),
    "unit_share": Text("0 à 1", "0 to 1"),
    "unit_s": Text("s", "s"),
    "unit_min": Text("min", "min"),
}
