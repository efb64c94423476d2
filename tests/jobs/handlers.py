"""The kinds of job that tests know; no imports, because settings read it."""

HANDLERS = {
    "toy.rows": "tests.jobs.toys.write_rows",
    "toy.fault": "tests.jobs.toys.misbehave",
    "toy.nothing": "tests.jobs.toys.do_nothing",
    "toy.stuck": "tests.jobs.toys.hold_the_interpreter",
}
