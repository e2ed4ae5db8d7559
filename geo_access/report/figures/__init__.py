"""Figures for print, drawn with matplotlib (the extra ``plots``), which is loaded when the first is drawn.

`coverage` and `analysis` hold the public functions; `sheet`, `map` and `print_figure` what they share.
"""
