"""Does the promise hold? Targets, judging, and the result that everything else speaks of.

- `targets`: which sites count for whom; `rules`: how each rule fares for every resident, in one pass over the sites;
  `residents`: the table of residents; `judging`: `check`, the whole verdict; `thresholds`: many limits in one search
- `coverage`: the result, with its GeoDataFrames; `summary`: the same as one document
- `site_reach`: what each place serves; `batch`: many studies at once

Seconds come from `routing`. This room compares them with thresholds (DESIGN: nothing is rounded before a comparison),
shares them out over communes, and says who is served. It draws nothing: a notebook's picture is asked of
`core.display`.
"""
