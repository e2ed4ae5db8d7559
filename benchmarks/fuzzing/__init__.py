"""The fuzzer's parts: a small study (`town`), what is done to it (`mutations`), the commands run on it (`calls`), what
counts as a fault (`judging`), and the processes that run cases (`running`). A case is made wholly by its number.
"""
