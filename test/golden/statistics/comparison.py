"""Writes golden/comparison.json: false alarms and delays of river's detectors, and alarms of evidently's tests, on made streams.

    venv/bin/pip install -r test/golden/statistics/requirements-comparison.txt
    venv/bin/python test/golden/statistics/comparison.py

The tables of docs/statistics.md are made from it and from what our own do on the same streams: see comparison.test.ts.
"""

import copy
import warnings
from types import SimpleNamespace

import pandas as pd
from evidently.legacy.calculations.stattests import get_stattest
from river import drift
from river.drift import kswin

from golden import write
from streams import Mulberry32

warnings.filterwarnings("ignore")
kswin.random = SimpleNamespace(Random=Mulberry32)

SEEDS = range(1, 11)
BEFORE, AFTER = 10_000, 3_000

NUMBERS = {"stationary": lambda rng: rng.bell(), "mean +0.5σ": lambda rng: rng.bell() + 0.5,
           "mean +1σ": lambda rng: rng.bell() + 1, "spread ×2": lambda rng: rng.bell() * 2}
ERRORS = {"stationary": lambda rng: int(rng.random() < 0.1), "errors 10 → 15 %": lambda rng: int(rng.random() < 0.15),
          "errors 10 → 20 %": lambda rng: int(rng.random() < 0.2), "errors 10 → 40 %": lambda rng: int(rng.random() < 0.4)}

# Ours by name and options, theirs made; "budget" are those for one false alarm in 10,000 values.
DETECTORS = [
    ("ADWIN", "default", NUMBERS, lambda: drift.ADWIN()),
    ("ADWIN", "budget", NUMBERS, lambda: drift.ADWIN(delta=0.0032, min_window_length=30)),
    ("Page–Hinkley", "default", NUMBERS, lambda: drift.PageHinkley()),
    ("Page–Hinkley", "budget", NUMBERS, lambda: drift.PageHinkley(delta=0.25, threshold=14.489141639480103, alpha=1.0)),
    ("KSWIN", "default", NUMBERS, lambda: drift.KSWIN(seed=1)),
    ("KSWIN", "budget", NUMBERS, lambda: drift.KSWIN(alpha=0.0001, stat_size=68, window_size=227, seed=1)),
    ("DDM", "default", ERRORS, lambda: drift.binary.DDM()),
    ("DDM", "budget", ERRORS, lambda: drift.binary.DDM(warm_start=100)),
    ("EDDM", "default", ERRORS, lambda: drift.binary.EDDM()),
    ("ADWIN", "budget", ERRORS, lambda: drift.ADWIN(delta=0.0032, min_window_length=30)),
]


def alarms(detector, source, rng, n):
    found = []
    for i in range(n):
        detector.update(source(rng))
        if detector.drift_detected:
            found.append(i + 1)
    return found


def of_detector(make, sources):
    false_alarms, delays = 0, {name: [] for name in sources if name != "stationary"}
    for seed in SEEDS:
        detector = make()
        false_alarms += len(alarms(detector, sources["stationary"], Mulberry32(seed), BEFORE))
        for name, found in delays.items():
            after = alarms(copy.deepcopy(detector), sources[name], Mulberry32(1000 + seed), AFTER)
            if after:
                found.append(after[0])
    return {
        "falseAlarms": false_alarms,
        "changes": {name: {"found": len(found), "delay": sorted(found)[(len(found) - 1) // 2] if found else None}
                    for name, found in delays.items()},
    }


WINDOWS = {"stationary": lambda rng: rng.bell(), "mean +0.1σ": lambda rng: rng.bell() + 0.1,
           "mean +0.25σ": lambda rng: rng.bell() + 0.25, "spread ×1.5": lambda rng: rng.bell() * 1.5}


def of_windows(reference_size, size, count):
    rng = Mulberry32(5000)
    reference = pd.Series([rng.bell() for _ in range(reference_size)])
    alarmed, name = {}, None
    for kind, source in WINDOWS.items():
        alarmed[kind] = 0
        for seed in range(1, count + 1):
            rng = Mulberry32(seed)
            window = pd.Series([source(rng) for _ in range(size)])
            test = get_stattest(reference, window, "num", None)
            name = test.name
            alarmed[kind] += int(test(reference, window, "num", None).drifted)
    return {"reference": reference_size, "size": size, "count": count, "test": name, "alarmed": alarmed}


if __name__ == "__main__":
    write("comparison", {
        "detectors": [{"detector": name, "options": options, "errors": sources is ERRORS, **of_detector(make, sources)}
                      for name, options, sources, make in DETECTORS],
        "windows": [of_windows(1000, 500, 200), of_windows(5000, 2000, 100)],
    })
