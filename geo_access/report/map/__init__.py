"""The coverage map: one HTML file with everything in it.

`coverage_map` puts it together as a folium map; `layers` are its data, `context` what the eye holds on to, `legends`,
`tables` and `page` what stands around it, `tiles` the background that may be asked for; `assets` the styles and
scripts.
"""
