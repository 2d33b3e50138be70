"""Times what Python libraries need for profiles of the same records, on one core.

usage: profiles.py RECORDS.ndjson WINDOW ROUNDS
Prints one JSON object a line for what the Python has: {"what", "version", "records", "seconds"} of CPU
time of the fastest round.
Records are decoded before the clock starts; WINDOW is how many of them make a profile.
"""

import json
import os
import sys
import time
from collections import Counter
from importlib.metadata import version

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["WHYLOGS_NO_ANALYTICS"] = "True"

path, window, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
numeric = [name for name, value in records[0].items() if not isinstance(value, str)]
texts = [name for name, value in records[0].items() if isinstance(value, str)]


def report(what, library, rows, run):
    fastest = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        run(rows)
        fastest = min(fastest, time.process_time() - started)
    print(json.dumps({"what": what, "version": version(library), "records": len(rows), "seconds": fastest}), flush=True)


def river_moments():
    from river import stats

    def run(rows):
        """Mean, variance and extremes alone: no histogram, no quantiles."""
        for first in range(0, len(rows), window):
            numbers = [(name, stats.Var(), stats.Min(), stats.Max()) for name in numeric]
            categories = [(name, Counter()) for name in texts]
            for row in rows[first : first + window]:
                for name, var, low, high in numbers:
                    value = row[name]
                    var.update(value)
                    low.update(value)
                    high.update(value)
                for name, counts in categories:
                    counts[row[name]] += 1

    report("river, mean, variance and extremes alone", "river", records, run)


def river_quantiles():
    from river import stats

    shares = [tenth / 10 for tenth in range(1, 10)]

    def run(rows):
        """The same and nine quantiles, which are as many edges as ten cells have."""
        for first in range(0, len(rows), window):
            numbers = [(name, stats.Var(), stats.Min(), stats.Max(), [stats.Quantile(q) for q in shares]) for name in numeric]
            categories = [(name, Counter()) for name in texts]
            for row in rows[first : first + window]:
                for name, var, low, high, quantiles in numbers:
                    value = row[name]
                    var.update(value)
                    low.update(value)
                    high.update(value)
                    for quantile in quantiles:
                        quantile.update(value)
                for name, counts in categories:
                    counts[row[name]] += 1

    report("river, with nine quantiles", "river", records[: 2 * window], run)


def whylogs_rows():
    from whylogs.core import DatasetProfile

    def run(rows):
        """A record at a time, as a stream brings them."""
        profile = DatasetProfile()
        for row in rows:
            profile.track(row=row)

    report("whylogs, record by record", "whylogs", records[:window], run)


def whylogs_frames():
    import pandas
    from whylogs.core import DatasetProfile

    frames = [pandas.DataFrame(records[first : first + window]) for first in range(0, len(records), window)]

    def run(_rows):
        """Columns of a window at once, the fastest way that it has; making the frame is not counted."""
        for frame in frames:
            DatasetProfile().track(pandas=frame)

    report("whylogs, a window's data frame at once", "whylogs", records, run)


for what in (river_moments, river_quantiles, whylogs_rows, whylogs_frames):
    try:
        what()
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
