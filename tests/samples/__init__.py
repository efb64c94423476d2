"""Files that people might bring, written on the fly: `python -m tests.samples FOLDER` shows them.

`base` says what a sample is, `every.SAMPLES` are all of them.
"""
