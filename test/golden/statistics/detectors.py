"""Writes golden/detectors.json: where river's detectors tell a change, on its own streams and on made ones.

    venv/bin/python test/golden/statistics/detectors.py

Made streams are those of `stream` below, which detector/streams.ts has too. KSWIN draws at random; here it draws with the
generator of streams.py, in place of Python's own, so that both sides take the same samples.
"""

import random
from types import SimpleNamespace

from river import drift
from river.drift import datasets as drift_datasets
from river.drift import kswin

from golden import write
from streams import Mulberry32

kswin.random = SimpleNamespace(Random=Mulberry32)


def stream(kind, seed, n):
    """n numbers of a kind: numeric ones have a standard deviation of 1, errors are 0 or 1."""
    rng, values = Mulberry32(seed), []
    for i in range(n):
        share = i / n
        if kind == "stationary":
            values.append(rng.bell())
        elif kind == "abrupt":
            values.append(rng.bell() + (0 if share < 0.5 else 1))
        elif kind == "gradual":
            # More and more values come from the new concept.
            values.append(rng.bell() + (1.5 if rng.random() < 2 * share - 0.5 else 0))
        elif kind == "incremental":
            values.append(rng.bell() + 2 * share)
        elif kind == "spread":
            values.append(rng.bell() * (1 if share < 0.5 else 2.5))
        elif kind == "unit":
            values.append(rng.random() * (1 if share < 0.5 else 0.7))
        elif kind == "errors":
            values.append(1 if rng.random() < 0.2 else 0)
        elif kind == "errors, abrupt":
            values.append(1 if rng.random() < (0.2 if share < 0.5 else 0.35) else 0)
        elif kind == "errors, gradual":
            values.append(1 if rng.random() < 0.1 + 0.2 * share else 0)
    return values


KINDS = ["stationary", "abrupt", "gradual", "incremental", "spread", "unit", "errors", "errors, abrupt", "errors, gradual"]

NUMERIC = {
    "adwin": [{}, {"delta": 0.3}, {"delta": 0.05, "clock": 1, "max_buckets": 3, "min_window_length": 2, "grace_period": 0}],
    "pageHinkley": [{}, {"threshold": 10}, {"threshold": 8, "delta": 0.25, "alpha": 1.0, "mode": "up"},
                    {"threshold": 5, "delta": 0.1, "min_instances": 1, "mode": "down"}],
    "kswin": [{"seed": 1}, {"alpha": 0.05, "window_size": 60, "stat_size": 20, "seed": 7}],
}
BINARY = {
    "ddm": [{}, {"warm_start": 10, "warning_threshold": 1.0, "drift_threshold": 2.0}],
    "eddm": [{}, {"warm_start": 10, "alpha": 0.8, "beta": 0.75}],
}
MAKERS = {
    "adwin": drift.ADWIN,
    "pageHinkley": drift.PageHinkley,
    "kswin": drift.KSWIN,
    "ddm": drift.binary.DDM,
    "eddm": drift.binary.EDDM,
}


def run(name, options, values):
    detector, drifts, warnings, warned = MAKERS[name](**options), [], [], False
    for i, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            drifts.append(i)
        # Where it begins or ends to warn.
        now = getattr(detector, "warning_detected", False)
        if now != warned:
            warnings.append(i)
        warned = now
    return {"detector": name, "options": options, "drifts": drifts, "warnings": warnings}


def runs(values, binary):
    makers = {**NUMERIC, **BINARY} if binary else NUMERIC
    return [run(name, options, values) for name, all_options in makers.items() for options in all_options]


def own_streams():
    """The stream of river's documentation, and the real series that it ships for change detection."""
    rng = random.Random(12345)
    yield "river's documentation", rng.choices([0, 1], k=1000) + rng.choices(range(4, 8), k=1000)
    for series in (drift_datasets.BrentSpotPrice(), drift_datasets.UKCoalEmploy(), drift_datasets.AirlinePassengers(),
                   drift_datasets.Apple()):
        values = [next(iter(y.values())) if isinstance(y, dict) else y for _, y in series]
        yield type(series).__name__, values[:2000]


if __name__ == "__main__":
    made = [{"kind": kind, "seed": seed, "n": n, "runs": runs(stream(kind, seed, n), kind.startswith("errors"))}
            for kind in KINDS for seed, n in ((1, 2000), (2, 6000))]
    real = [{"name": name, "values": values, "runs": runs(values, False)} for name, values in own_streams()]
    write("detectors", {"made": made, "real": real})
