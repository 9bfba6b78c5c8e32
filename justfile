# The steps of `tests/run`, one by one. `just` lists them.

default:
    @just --list

# everything CI runs
test:
    tests/run

# formatting, lints, docs
lint:
    tests/run lint

# what the crates may depend on and import
deps:
    tests/run deps

# unit, contract and end-to-end tests on all engines
rust:
    tests/run rust

# pages in a real browser
browser:
    tests/run browser

# long suites: run before a release
slow:
    tests/run slow

# how fast it is, and how fast the machine: about ten minutes; `just bench run --help` for a part
bench *args:
    tests/run bench {{args}}
