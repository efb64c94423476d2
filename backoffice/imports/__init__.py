"""Files that people bring, of whatever they hold: kept, read, checked, taken in, taken back.

An app that takes files in has a model of its own made from `models.FileImport`, four jobs called
`<app>.read_import`, `check_import`, `run_import` and `undo_import`, and pages called `<app>:import-…`;
what all of them have in common is here, `pages.steps` also for those that ask for nothing but the columns.
`customers.importing`, `orders.importing` and `orders.catalogue.importing` use it.
"""
