"""Questions asked of a verdict: why, what if, who, where else.

- `comparison`, `differences`, `baseline`: two verdicts held against each other
- `explanation`, `journeys`, `helpful_sites`: where the minutes go, a journey in full, which site would help most
- `placement`: where to open; `redrawing`, `zonings`: which communes belong together; `caravan`: where it should stand
- `robustness`, `reruns`: the study judged again under other assumptions, or other draws of what a timetable leaves open
- `fairness`, `inequality`: who bears the minutes; `times`, `isochrones`: the times themselves, as tables and areas

Each function takes a study, a coverage or travel times, and returns a frozen result with tables (GeoDataFrames) that
says in one line what it is. Seconds come from `routing`, verdicts from `verdict`; nothing here searches by itself or
writes files. `quality` stands beside this room: neither imports the other. Drawing is `report`'s.
"""
