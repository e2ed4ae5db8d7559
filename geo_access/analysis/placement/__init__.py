"""Where to open places so that most residents gain, with a proof.

`placement` is the question and its result; `candidates` where a place could open; `demand` what each would do for whom;
`location_models` and `location_solvers` the optima (HiGHS); `optimum` one for each number of places.
"""
