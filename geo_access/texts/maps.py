"""Texts of the maps and of the page around them."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # The page
    "page_title": Text(
        "{study}\u00a0: carte d’accès aux pôles sociaux, {date}", "{study}: map of access to the pôles sociaux, {date}"
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
    "subtitle": Text("{departures}. {walking}. Trajets théoriques.", "{departures}. {walking}. Theoretical journeys."),
    "key_communes": Text("communes sur {inhabited} tiennent la promesse", "communes of {inhabited} meet the promise"),
    "key_served": Text("des habitants sont desservis", "of the residents are served"),
    "key_beyond": Text("habitants au-delà des deux seuils", "residents beyond both thresholds"),
    # Layers and legend
    "themes_heading": Text("Ce que montre la carte", "What the map shows"),
    "layers_heading": Text("Lieux et limites", "Places and outlines"),
    "theme_cells": Text("Habitants, par situation", "Residents, by situation"),
    "theme_communes": Text("Communes, par part d’habitants desservis", "Communes, by share of residents served"),
    "theme_minutes": Text("Habitants, par temps vers le pôle", "Residents, by time to the pôle"),
    "theme_departures": Text("Habitants, par part des départs tenus", "Residents, by share of departures that hold"),
    "theme_reach": Text("Un lieu\u00a0: qui il dessert", "One place: whom it serves"),
    "help_minutes": Text(
        "Temps médian vers le pôle le plus proche, attente comprise.",
        "Median time to the nearest pôle, waiting included.",
    ),
    "minutes_first_lt": Text("moins de {high} min", "less than {high} min"),
    "minutes_between_lt": Text("de {low} à moins de {high} min", "{low} to less than {high} min"),
    "minutes_last_lt": Text("{low} min et plus, ou aucun trajet", "{low} min and more, or no journey"),
    "minutes_first_le": Text("{high} min au plus", "{high} min at most"),
    "minutes_between_le": Text("plus de {low} à {high} min", "more than {low} to {high} min"),
    "minutes_last_le": Text("plus de {low} min, ou aucun trajet", "more than {low} min, or no journey"),
    "minutes_threshold_lt": Text("seuil\u00a0: moins de {minutes} min", "threshold: less than {minutes} min"),
    "minutes_threshold_le": Text("seuil\u00a0: {minutes} min au plus", "threshold: {minutes} min at most"),
    "help_departures": Text(
        "Part des départs où un pôle, sinon une antenne, est dans le temps promis.",
        "Share of the departures at which a pôle, or else an antenna, is within the promised time.",
    ),
    "departures_all": Text("tous les départs", "all departures"),
    "departures_between": Text("de {low} à moins de {high}", "{low} to less than {high}"),
    "departures_below": Text("quelques départs, moins de {high}", "some departures, less than {high}"),
    "departures_none": Text("aucun départ", "no departure"),
    "departures_threshold": Text("seuil\u00a0: {share} des départs", "threshold: {share} of the departures"),
    "reach_choose": Text("Lieu à montrer", "Place to show"),
    "reach_said": Text(
        "{name}\u00a0: {residents} habitants l’atteignent dans le temps promis, dont {only} n’atteignent aucune autre adresse.",
        "{name}: {residents} residents reach it within the promised time, of whom {only} reach no other address.",
    ),
    "reach_only": Text("N’atteignent que cette adresse", "Reach this address only"),
    "reach_shared": Text("L’atteignent, et d’autres aussi", "Reach it, and others too"),
    "reach_none": Text("Ne l’atteignent pas dans le temps promis", "Do not reach it within the promised time"),
    "reach_empty": Text("Sans population dans les données", "No residents in the data"),
    "help_reach": Text(
        "Comme pôle ou comme antenne, pour assez de départs.", "As a pôle or as an antenna, at enough departures."
    ),
    "layer_areas": Text("Quartiers prioritaires", "Priority areas"),
    "layer_beyond": Text(
        "Habitants au-delà, en points (le plus grand\u00a0: {most})", "Residents beyond, as dots (the largest: {most})"
    ),
    "layer_rail": Text("Train, métro, tram et leurs stations", "Train, metro, tram and their stations"),
    "layer_streets": Text("Rues", "Streets"),
    "layer_communes": Text("Limites et noms des communes", "Communes, outlines and names"),
    "layer_sst": Text("Limites des SST", "SST outlines"),
    "legend_cells_help": Text(
        "Décochez une ligne pour la retirer de la carte.", "Untick a line to take it off the map."
    ),
    "legend_people": Text("{people} habitants, {share}", "{people} residents, {share}"),
    "legend_cells_count": Text("carreaux\u00a0:\u00a0{cells}", "cells:\u00a0{cells}"),
    "legend_communes_count": Text(
        "communes\u00a0: {communes}\u00a0; {people} habitants", "communes: {communes}; {people} residents"
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
    "reached": Text("Habitants à portée", "Residents in reach"),
    "only": Text("dont sans autre adresse", "no other address"),
    "show_reach": Text("Montrer qui l’atteint", "Show who reaches it"),
    "area": Text("Quartier prioritaire", "Priority area"),
    "station": Text("Station", "Station"),
    "station_lines": Text("Lignes", "Lines"),
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
    "areas_heading": Text("Résultats par quartier prioritaire", "Results by priority area"),
    "areas_caption": Text(
        "Quartiers prioritaires, par nombre d’habitants au-delà des seuils\u00a0; un habitant y compte si son point s’y trouve",
        "Priority areas, by number of residents beyond the thresholds; a resident counts where their point lies in one",
    ),
    "column_area": Text("Quartier", "Area"),
    "places_heading": Text("Qui chaque lieu dessert", "Whom each place serves"),
    "places_caption": Text(
        "Lieux qui comptent ce jour-là, par nombre d’habitants qui les atteignent dans le temps promis",
        "Places that count on that day, by number of residents who reach them within the promised time",
    ),
    "column_place": Text("Lieu", "Place"),
    "column_reached": Text("L’atteignent", "Reach it"),
    "column_only": Text("N’atteignent que cette adresse", "Reach this address only"),
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
    "note_areas": Text(
        "Un quartier prioritaire compte les habitants dont le point s’y trouve\u00a0; sur une grille, ce n’est qu’une approche de sa population.",
        "A priority area counts the residents whose point lies in it; on a grid this only comes near its population.",
    ),
    "note_lines": Text(
        "Les lignes de train, de métro et de tram sont tracées droit d’une station à l’autre\u00a0; les bus ne sont pas dessinés, mais ils comptent.",
        "Train, metro and tram lines are drawn straight from station to station; buses are not drawn, but they count.",
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
    "leaflet_tiles": Text(
        "Carte dessinée avec folium et Leaflet {version} (licence BSD-2, © V. Agafonkin, CloudMade).",
        "Map drawn with folium and Leaflet {version} (BSD-2 licence, © V. Agafonkin, CloudMade).",
    ),
    "tiles_source": Text(
        "Fond de carte\u00a0: {credit}. Ouvrir la carte demande ces images à leur serveur, qui apprend où l’on regarde.",
        "Background: {credit}. Opening the map asks their server for these images, which tells it where one looks.",
    ),
    "tiles_url": Text(
        "«\u00a0{value}\u00a0» n’est pas l’adresse d’un fond de carte\u00a0; donnez «\u00a0OpenStreetMap\u00a0», ou une adresse https avec {{z}}, {{x}} et {{y}}",
        "“{value}” is no address of tiles; give “OpenStreetMap”, or an https address with {{z}}, {{x}} and {{y}}",
    ),
    "tiles_credit": Text(
        "le fond de carte «\u00a0{value}\u00a0» n’a pas de mention de source\u00a0; donnez celle que sa licence demande (attribution=…)",
        "the tiles “{value}” have no credit; give the one that their licence asks for (attribution=…)",
    ),
    "feed_source": Text("Horaires ({file})\u00a0: {by}{version}", "Timetables ({file}): {by}{version}"),
    "streets_source": Text("© les contributeurs d’OpenStreetMap (ODbL)", "© OpenStreetMap contributors (ODbL)"),
    "inputs_heading": Text("Fichiers de l’étude et leurs empreintes", "Files of the study and their hashes"),
}
