"""The calls that `outputs.py` records: a name, and the command line as it is typed after `geo-access`.

`study` is the study asked for; files are written to `out`, a folder that is empty before each call; `NAME.said` is what
an earlier call wrote to the screen. `robustness` and `draws` become the options of `check` where they are no commands.
"""

from __future__ import annotations

#: Files that calls on the sample read. The stops and places are invented, as all the sample is.
INPUTS = {
    "scenario.toml": """\
name = "Un bus vers Boisfauve"
note = "Une hypothèse"
[[add_line]]
name = "9"
mode = "bus"
stations = ["Hôtel de Ville", "Pontarelle Centre", { name = "Boisfauve", lat = 45.9779, lon = -19.9591 }]
speed_kmh = 24
headway = [{ from = "06:00", to = "20:00", every_min = 10 }]
[[close_stop]]
stop = "Halles"
[[add_street]]
name = "Passerelle"
points = [[45.9960, -20.0330], [45.9995, -20.0320]]
""",
    "stops.csv": """\
date,from,to,name,lat,lon
2026-06-02,09:00,12:00,Place de Valombre,46.038463,-20.006251
2026-06-09,14:00,17:00,Mairie de Boisfauve,45.978002,-19.959141
2026-06-16,09:00,12:00,Champ-Rosel,45.976710,-20.018776
""",
    "candidates.csv": """\
name,lat,lon
Mairie de Valombre,46.038463,-20.006251
Mairie de Boisfauve,45.978002,-19.959141
Chemin des Hêtres,45.987935,-19.945328
Route des Crêtes,45.976710,-20.018776
""",
    "fewer.csv": """\
name,kind,status,insee,lat,lon
Pôle social du Port,pole,open,99001,46.008691,-20.029802
Pôle social de Saint-Aubrel,pole,open,99002,46.003979,-20.001581
Antenne du Vignoble,antenna,open,99007,46.011443,-19.947480
Un pôle en travaux,pole,renovation,99010,45.995103,-19.975081
""",
    "quarters.geojson": """\
{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"code_qp": "QN09901", "lib_qp": "Les Filets"}, "geometry": {"type": "Polygon", "coordinates":
[[[-20.056, 46.004], [-20.040, 46.004], [-20.040, 46.013], [-20.056, 46.013], [-20.056, 46.004]]]}}]}
""",
}

_COMMANDS = ("brief", "cache", "caravan", "check", "compare", "explain", "export", "fairness", "fetch", "inspect",
             "map", "place", "redraw", "sample", "times", "robustness", "draws", "atlas")  # fmt: skip
_FEWER = "study --set sites.file=../fewer.csv --baseline check-json.said"
_OWN_SST = "--set policy.pole.pool=own_sst --set-before territory.sst.column=sst_before"
_13_AND_14 = f"{_OWN_SST} --set-after territory.sst.column=sst_after"
_MOMENTS = "--from 46.0093,-20.0102 --to S03"

SAMPLE = {
    "version": "--version",
    "help": "--help",
    "help-en": "--lang en --help",
    **{f"help-{command}": f"{command} --help" for command in _COMMANDS},
    **{f"help-{command}-en": f"{command} --lang en --help" for command in _COMMANDS},
    "cache-empty": "cache",
    "cache-clear": "cache --clear",
    # check
    "check-embedded": "check",
    "check-embedded-json": "check --format json",
    "check": "check study",
    "check-en": "check study --lang en",
    "check-json": "check study --format json",
    "check-junit": "check study --format junit",
    "check-github": "check study --format github",
    "check-markdown": "check study --format markdown",
    "check-csv": "check study --format csv",
    "check-json-en": "check study --format json --lang en",
    "check-junit-en": "check study --format junit --lang en",
    "check-github-en": "check study --format github --lang en",
    "check-markdown-en": "check study --format markdown --lang en",
    "check-csv-en": "check study --format csv --lang en",
    "check-output": "check study --output out/check.txt",
    "check-output-csv": "check study --format csv --output out/check.csv",
    "check-map": "check study --map out/map.html",
    "check-2023-11": "check study --preset discours-2023-11 --format json",
    "check-2023-06": "check study --preset discours-2023-06 --format json",
    "check-2023-06-table": "check study --preset discours-2023-06",
    "check-zoning": "check study --zoning sst_after --set policy.pole.pool=own_sst --format json",
    "check-scenario": "check study --scenario scenario.toml --format json",
    "check-wheelchair": "check study --set walking.profile=wheelchair --format json",
    "check-early": "check study --set departures.from=07:00 --set departures.to=08:00 --no-cache --jobs 2",
    "check-quarters": "check study --set territory.priority_areas=../quarters.geojson",
    "check-all-met": "check study --set policy.required_share=0.01 --set policy.pole.lt=180",
    "check-several": "check study small",
    "check-several-json": "check study small --format json",
    "check-several-csv": "check study small --format csv",
    "check-several-junit": "check study small --format junit",
    "check-several-github": "check study small --format github",
    "check-several-markdown": "check study small --format markdown --lang en",
    "baseline-same": "check study --baseline check-json.said",
    "baseline-worse": f"check {_FEWER}",
    "baseline-worse-json": f"check {_FEWER} --format json",
    "baseline-worse-github": f"check {_FEWER} --format github",
    "baseline-worse-junit": f"check {_FEWER} --format junit",
    "baseline-worse-markdown": f"check {_FEWER} --format markdown",
    "baseline-worse-csv": f"check {_FEWER} --format csv",
    "baseline-tolerant-en": f"check {_FEWER} --tolerance 1 --lang en",
    "draws": "draws study --draws 4 --seed 3",
    "draws-en": "draws study --draws 4 --seed 3 --lang en",
    "draws-json": "draws study --draws 4 --seed 3 --format json",
    "draws-csv": "draws study --draws 4 --seed 3 --format csv --output out/draws.csv",
    "robustness": "robustness study --map out/robustness.html",
    "robustness-en": "robustness study --lang en --map out/robustness.html",
    "robustness-json": "robustness study --format json",
    "robustness-csv": "robustness study --format csv --output out/robustness.csv",
    # maps and pages
    "map-embedded": "map --output out/map.html",
    "map": "map study --output out/map.html",
    "map-en": "map study --output out/map.html --lang en",
    "map-scenario": "map study --output out/map.html --scenario scenario.toml --zoning sst_after",
    "map-quarters": "map study --output out/map.html --set territory.priority_areas=../quarters.geojson",
    "map-tiles": "map study --output out/map.html --tiles OpenStreetMap",
    "map-robustness": "map study --output out/map.html --with-robustness",
    # atlas
    "atlas": "atlas study --output out/atlas",
    "atlas-few": "atlas study --output out/atlas --pages en --without place --set-after walking.speed_kmh=4",
    "brief-all": "brief study --all --output out/briefs",
    "brief-en": "brief study --lang en --commune Port-Ondrelle --output out/brief.html",
    "brief-2023-06": "brief study --preset discours-2023-06 --commune Valombre --output out/brief.html",
    "compare": f"compare study {_13_AND_14}",
    "compare-en": f"compare study {_13_AND_14} --lang en",
    "compare-json": f"compare study {_13_AND_14} --format json",
    "compare-csv": f"compare study {_13_AND_14} --format csv",
    "compare-html": f"compare study {_13_AND_14} --output out/compare.html",
    "compare-scenario": "compare study --scenario-after scenario.toml --output out/compare.html",
    "compare-scenario-en": "compare study --scenario-after scenario.toml --output out/compare.html --lang en",
    "compare-studies": "compare study small --format json",
    # questions
    "place": "place study --kind pmi --count 2 --output out/place.html",
    "place-en": "place study --kind pmi --count 2 --output out/place.html --lang en",
    "place-json": "place study --kind antenna --count 2 --format json --output out/place.json",
    "place-geojson": "place study --kind pole --count 1 --candidates candidates.csv --output out/place.geojson",
    "place-csv": "place study --kind pmi --count 2 --weight ind_0_3 --output out/place.csv",
    "place-median": "place study --kind pmi --count 2 --objective median --candidates candidates.csv",
    "place-worst": "place study --kind antenna --count 1 --objective worst --candidates candidates.csv",
    "place-set": "place study --kind antenna --objective set --candidate-count 60",
    "place-fixed": "place study --kind pmi --count 1 --fixed planned --closable pmi --candidates candidates.csv",
    "explain-commune": "explain study --from 99011 --map out/explain.html",
    "explain-commune-en": "explain study --from 99003 --map out/explain.html --lang en",
    "explain-commune-json": "explain study --from Valombre --format json",
    "explain-commune-geojson": "explain study --from 99003 --format geojson --output out/explain.geojson",
    "explain-point": f"explain study {_MOMENTS} --map out/explain.html",
    "explain-point-en": f"explain study {_MOMENTS} --at 09:17 --lang en --map out/explain.html",
    "explain-point-json": f"explain study {_MOMENTS} --format json",
    "explain-point-geojson": f"explain study {_MOMENTS} --format geojson",
    "explain-cell": "explain study --from CRS32627RES200mN5095000E574200",
    "explain-none": "explain study --from 45.978002,-19.959141 --to 46.038463,-20.006251 --at 09:05",
    "redraw": "redraw study --count 3 --map out/redraw.html",
    "redraw-en": "redraw study --count 3 --map out/redraw.html --lang en",
    "redraw-json": "redraw study --count 3 --together 99001,99002 --format json",
    "redraw-csv": "redraw study --open planned --count 3 --fix 99008=S04 --format csv --output out/redraw.csv",
    "caravan": "caravan study --map out/caravan.html",
    "caravan-stops": "caravan study --stops stops.csv --next 2 --map out/caravan.html",
    "caravan-stops-en": "caravan study --stops stops.csv --next 2 --map out/caravan.html --lang en",
    "caravan-json": "caravan study --stops stops.csv --season 2026-06-01..2026-06-10 --at-least 1 --format json",
    "caravan-csv": "caravan study --stops stops.csv --mode transit --minutes 20 --format csv --output out/caravan.csv",
    "fairness": "fairness study --map out/fairness.html",
    "fairness-en": "fairness study --map out/fairness.html --lang en",
    "fairness-json": "fairness study --group ind_0_3 --income ind_4_5 --format json",
    "fairness-csv": "fairness study --catchment 20 --by transit --enhanced --leave-out --format csv",
    "fairness-quarters": "fairness study --set territory.priority_areas=../quarters.geojson --cap 60",
    # data
    "times-parquet": "times study --output out/times.parquet",
    "times-csv": "times study --output out/times.csv --lang en",
    "times-departures": "times small --departures --output out/departures.parquet",
    "times-pair": f"times study {_MOMENTS}",
    "times-pair-at": f"times study {_MOMENTS} --at 09:17 --lang en",
    "times-isochrone": "times study --isochrone S01 --minutes 20 --resolution 200 --output out/isochrone.geojson",
    "export": "export study --output out/export",
    "export-en": "export study --output out/export --lang en",
    "inspect": "inspect study --output out/inspect.html",
    "inspect-embedded-en": "inspect --output out/inspect.html --lang en",
    "inspect-json": "inspect study --format json",
    "inspect-strict": "inspect study --strict --lang en",
    "sample": "sample out/study",
    "sample-small-en": "sample out/study --size 0.5 --lang en",
    "fetch-offline": "fetch out/new --departement 92 --date 2026-10-06 --offline --dry-run",
    "fetch-offline-en": "fetch out/new --departement 92 --date 2026-10-06 --offline --lang en",
    # what is wrong, in a line
    "wrong-study": "check nowhere",
    "wrong-study-en": "map nowhere --output out/map.html --lang en",
    "wrong-option": "check study --nonsense",
    "wrong-command": "chekc study",
    "wrong-setting": "check study --set walking.sped_kmh=4",
    "wrong-value-en": "check study --set walking.speed_kmh=fast --lang en",
    "wrong-file": "check study --set sites.file=sitse.csv",
    "wrong-date": "check study --set date=1999-01-01",
    "wrong-ending": "map study --output out/map.txt",
    "wrong-commune-en": "explain study --from Boisfove --lang en",
    "wrong-pair": "times study --from 99011",
    "wrong-several": "check study small --map out/map.html",
    "wrong-seed": "robustness study --seed few",
    "wrong-folder": "sample study",
    "wrong-baseline": "check study --baseline study/study.toml",
    "wrong-scenario": "check study --scenario stops.csv",
}  # fmt: skip

HAUTS_DE_SEINE = {
    "check": "check study",
    "check-en": "check study --lang en",
    "check-json": "check study --format json",
    "check-junit": "check study --format junit",
    "check-github": "check study --format github",
    "check-markdown": "check study --format markdown",
    "check-csv": "check study --format csv",
    "check-2023-11": "check study --preset discours-2023-11 --format json",
    "check-2023-06": "check study --preset discours-2023-06 --format json",
    "check-zoning": "check study --zoning sst_after --set policy.pole.pool=own_sst",
    "map": "map study --output out/map.html",
    "map-en": "map study --output out/map.html --lang en",
    "atlas": "atlas study --output out/atlas --without robustness",
    "brief-two": "brief study --commune 92002 --commune Nanterre --output out/briefs",
    "compare": f"compare study {_13_AND_14}",
    "compare-json": f"compare study {_13_AND_14} --format json",
    "compare-csv": f"compare study {_13_AND_14} --format csv",
    "compare-html": f"compare study {_13_AND_14} --output out/compare.html",
    "compare-scenario": "compare study --scenario-after line-15-sud.toml --output out/compare.html",
    "explain-commune": "explain study --from 92002 --map out/explain.html",
    "explain-point-en": "explain study --from 48.8924,2.2153 --at 09:17 --lang en --map out/explain.html",
    "caravan": "caravan study --stops caravan.csv --next 2 --map out/caravan.html",
    "fairness": "fairness study --map out/fairness.html",
    "times-parquet": "times study --output out/times.parquet",
    "times-pair": "times study --from 48.8924,2.2153 --to 48.8400,2.2400",
    "export": "export study --output out/export",
    "inspect": "inspect study --output out/inspect.html",
    "inspect-json-en": "inspect study --format json --lang en",
}
