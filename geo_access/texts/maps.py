"""Texts of the maps and of the page around them."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # The page
    "page_title": Text(
        "{study}\u00a0: carte d’accès aux pôles sociaux, {date}",
        "{study}: map of access to the pôles sociaux, {date}",
    ),
    "kicker": Text("Carte de couverture", "Coverage map"),
    "skip_to_table": Text("Aller au tableau des résultats", "Skip to the table of results"),
    "skip_to_map": Text("Revenir à la carte", "Back to the map"),
    "map_label": Text(
        "Carte de couverture\u00a0: {study}. Les mêmes résultats sont dans le tableau qui suit la carte.",
        "Coverage map: {study}. The table below the map gives the same results.",
    ),
    "frame_title": Text("Carte de couverture\u00a0: {study}", "Coverage map: {study}"),
    "no_script": Text(
        "La carte demande JavaScript. Les mêmes résultats sont dans le tableau ci-dessous.",
        "The map needs JavaScript. The table below gives the same results.",
    ),
    "promise_heading": Text("La promesse", "The promise"),
    "promise_rule": Text("Ce qui est mesuré\u00a0: {rule}.", "What is measured: {rule}."),
    "promise_source": Text(
        "{title} (document {source}\u00a0; cibles «\u00a0{preset}\u00a0»)",
        "{title} (document {source}; targets “{preset}”)",
    ),
    "quote_language": Text("Paroles d’origine, en français.", "The original words, in French."),
    "subtitle": Text(
        "{departures}. {walking}. Trajets théoriques.",
        "{departures}. {walking}. Theoretical journeys.",
    ),
    "key_communes": Text(
        "communes sur {inhabited} tiennent la promesse",
        "communes of {inhabited} meet the promise",
    ),
    "key_served": Text("des habitants sont desservis", "of the residents are served"),
    "key_beyond": Text("habitants au-delà des deux seuils", "residents beyond both thresholds"),
    # Layers and legend
    "themes_heading": Text("Ce que montre la carte", "What the map shows"),
    "layers_heading": Text("Lieux et limites", "Places and outlines"),
    "theme_cells": Text("Habitants, par situation", "Residents, by situation"),
    "theme_communes": Text(
        "Communes, par part d’habitants desservis",
        "Communes, by share of residents served",
    ),
    "layer_communes": Text("Limites et noms des communes", "Communes, outlines and names"),
    "layer_sst": Text("Limites des SST", "SST outlines"),
    "legend_cells_help": Text(
        "Décochez une ligne pour la retirer de la carte.",
        "Untick a line to take it off the map.",
    ),
    "legend_people": Text("{people} habitants, {share}", "{people} residents, {share}"),
    "legend_cells_count": Text("carreaux\u00a0:\u00a0{cells}", "cells:\u00a0{cells}"),
    "legend_communes_count": Text(
        "communes\u00a0: {communes}\u00a0; {people} habitants",
        "communes: {communes}; {people} residents",
    ),
    "class_all": Text("{share}\u00a0: promesse tenue", "{share}: promise met"),
    "class_from": Text("{share} et plus\u00a0: promesse tenue", "{share} and more: promise met"),
    "class_between": Text("de {low} à moins de {high}", "{low} to less than {high}"),
    "class_below": Text("moins de {high}", "less than {high}"),
    "class_none": Text("Sans habitant dans les données", "No residents in the data"),
    "site_status_legend": Text(
        "Symbole plein\u00a0: en service ce jour-là. Symbole vide\u00a0: en travaux, en projet ou hors service\u00a0; il ne compte pas.",
        "Filled symbol: open on that day. Hollow symbol: under works, planned or closed; it does not count.",
    ),
    "legend_commune_line": Text("limite de commune", "commune outline"),
    "legend_sst_line": Text("limite de SST", "SST outline"),
    # Popups
    "close": Text("Fermer", "Close"),
    "zoom_in": Text("Zoomer", "Zoom in"),
    "zoom_out": Text("Dézoomer", "Zoom out"),
    "zoom_all": Text("Tout le territoire", "Whole territory"),
    "show_on_map": Text("Montrer {name} sur la carte", "Show {name} on the map"),
    "cell": Text("Carreau {cell}", "Cell {cell}"),
    "people": Text("Habitants", "Residents"),
    "commune": Text("Commune", "Commune"),
    "pole_time": Text("Pôle, médiane", "Pôle, median"),
    "antenna_time": Text("Antenne, à pied", "Antenna, on foot"),
    "departures_held": Text("Départs tenus", "Departures held"),
    "why": Text("Pourquoi", "Why"),
    "unreached": Text("pas atteint", "not reached"),
    "kind": Text("Genre", "Kind"),
    "status": Text("État", "Status"),
    "address": Text("Adresse", "Address"),
    "hours": Text("Horaires", "Hours"),
    "dates": Text("Dates", "Dates"),
    "open_from": Text("Ouvert à partir du", "Open from"),
    "open_until": Text("Ouvert jusqu’au", "Open until"),
    "operator": Text("Gestionnaire", "Operator"),
    "counts_as": Text("Compte comme", "Counts as"),
    "counts_as_nothing": Text("rien dans cette étude, à cette date", "nothing in this study, on this date"),
    "serves": Text("Habitants dont c’est le pôle ou l’antenne", "Residents whose pôle or antenna this is"),
    "location": Text("Qualité de la position", "Quality of the location"),
    "source": Text("Source", "Source"),
    "median_time": Text("Temps médian vers un pôle", "Median time to a pôle"),
    "verdict": Text("Promesse tenue\u00a0: {verdict}", "Promise met: {verdict}"),
    "presence": Text("Lieu à elle dans la commune", "Place of its own in the commune"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    # Table and notes
    "table_heading": Text("Résultats par commune", "Results by commune"),
    "table_help": Text(
        "Chaque en-tête de colonne est un bouton de tri\u00a0; chaque nom montre la commune sur la carte.",
        "Each column head is a button that sorts; each name shows the commune on the map.",
    ),
    "sst_heading": Text("Résultats par SST", "Results by SST"),
    "notes_heading": Text("Ce que la carte ne dit pas", "What the map does not say"),
    "note_point": Text(
        "Chaque carreau est jugé par son centre\u00a0; dans un même carreau, des habitants peuvent être plus près ou plus loin.",
        "Each cell is judged by its centre; within one cell, some residents are nearer and some farther.",
    ),
    "note_straight_line": Text(
        "La marche est mesurée en ligne droite majorée d’un détour\u00a0: fleuves, voies ferrées et pentes ne sont pas vus.",
        "Walking is measured in a straight line times a detour: rivers, railways and slopes are not seen.",
    ),
    "note_hours": Text(
        "Le résultat vaut pour ce jour et ces heures de départ, et pour les sites ouverts ce jour-là\u00a0; il ne dit rien de l’accueil ni des délais de rendez-vous.",
        "The result holds for this day and these departures, and for the sites open on that day; it says nothing of the welcome or of the wait for an appointment.",
    ),
    "note_rounding": Text(
        "Les parts sont tronquées au dixième\u00a0: rien en dessous de 100\u00a0% ne s’affiche «\u00a0100\u00a0%\u00a0».",
        "Shares are cut at one tenth: nothing below 100% shows as “100%”.",
    ),
    "sources_heading": Text("Sources et licences", "Sources and licences"),
    "sources_none": Text("L’étude ne nomme pas ses sources.", "The study names no sources."),
    "leaflet": Text(
        "Carte dessinée avec folium et Leaflet {version} (licence BSD-2, © V. Agafonkin, CloudMade), sans aucune requête vers un serveur.",
        "Map drawn with folium and Leaflet {version} (BSD-2 licence, © V. Agafonkin, CloudMade), without any request to a server.",
    ),
    "inputs_heading": Text("Fichiers de l’étude et leurs empreintes", "Files of the study and their hashes"),
}
