"""Trains the predictor's LSTM on the demo's prices and writes it as an ONNX graph.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py [--seed 1]

Writes return-lstm.onnx, what the predictor runs, and evaluation.json, how it does on days it was not trained on,
beside the naive forecast and the autoregression. The same seed gives the same files on the same machine and versions.

What goes in: the days up to today, oldest first, each a pair of
  change  logarithm of the closing price over that of the day before
  range   logarithm of the day's high over its low
What comes out, for the next trading day: the mean and the standard deviation of its change, and its range.
The scaling is part of the graph, so that who runs it needs to know nothing of how it was trained.
"""

import argparse
import csv
import json
import math
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from baselines import autoregression, naive
from graph import write_graph

HERE = Path(__file__).parent
PRICES = HERE / "../../node_modules/vega-datasets/data/sp500-2000.csv"
# Dates of the days that are predicted: trained on before the first, chosen by before the second, tested from there on.
VALIDATE_FROM, TEST_FROM = "2012-01-01", "2015-01-01"
# Days the network looks back, and its memory cells.
WINDOW, HIDDEN = 20, 24
# Smallest range that is told apart from none, before the logarithm is taken.
LEAST_RANGE = 1e-4


def read_days(path):
    """Dates, closing prices, changes and ranges; the first day has no change and is left out."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    close = np.array([float(row["close"]) for row in rows])
    high = np.array([float(row["high"]) for row in rows])
    low = np.array([float(row["low"]) for row in rows])
    dates = np.array([row["date"] for row in rows])
    return dates[1:], close[1:], np.diff(np.log(close)), np.log(high / low)[1:]


def make_samples(change, rng):
    """For each day with a full window before the next: the window [WINDOW, 2], and the next day's (change, range)."""
    pairs = np.stack([change, rng], axis=1).astype(np.float32)
    ends = np.arange(WINDOW - 1, len(change) - 1)
    return ends, np.stack([pairs[end - WINDOW + 1 : end + 1] for end in ends]), pairs[ends + 1]


def scaling_of(windows):
    """Means and spreads of (change, log range) over the days trained on."""
    features = np.stack([windows[..., 0], np.log(np.maximum(windows[..., 1], LEAST_RANGE))], axis=-1)
    return features.mean(axis=(0, 1)), features.std(axis=(0, 1))


def first_parameters(key, spread_bias):
    keys = jax.random.split(key, 3)
    bound = 1 / math.sqrt(HIDDEN)
    uniform = partial(jax.random.uniform, minval=-bound, maxval=bound)
    return {
        "w": uniform(keys[0], (4 * HIDDEN, 2)),
        "r": uniform(keys[1], (4 * HIDDEN, HIDDEN)),
        # The forget gate starts open, as is usual: what was seen is kept until there is a reason to let it go.
        "b": jnp.zeros(4 * HIDDEN).at[2 * HIDDEN : 3 * HIDDEN].set(1.0),
        "head": 0.1 * uniform(keys[2], (3, HIDDEN)),
        "bias": jnp.array([0.0, spread_bias, 0.0]),
    }


def forward(parameters, windows, means, spreads):
    """Mean and log deviation of the change, and the log range, of the day after each window [n, days, 2]."""
    log_range = jnp.log(jnp.maximum(windows[..., 1], LEAST_RANGE))
    features = (jnp.stack([windows[..., 0], log_range], axis=-1) - means) / spreads

    def step(state, x):
        h, c = state
        # The order of gates is ONNX's: input, output, forget, cell.
        i, o, f, g = jnp.split(x @ parameters["w"].T + h @ parameters["r"].T + parameters["b"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), None

    zeros = jnp.zeros((windows.shape[0], HIDDEN))
    (h, _), _ = jax.lax.scan(step, (zeros, zeros), jnp.swapaxes(features, 0, 1))
    out = h @ parameters["head"].T + parameters["bias"]
    return out[:, 0] * spreads[0], out[:, 1], out[:, 2] * spreads[1] + means[1]


def loss(parameters, windows, targets, means, spreads):
    """Gaussian negative log likelihood of the change, and the scaled squared error of the log range."""
    mean, log_deviation, log_range = forward(parameters, windows, means, spreads)
    nll = log_deviation + 0.5 * ((targets[:, 0] - mean) / jnp.exp(log_deviation)) ** 2
    error = (jnp.log(jnp.maximum(targets[:, 1], LEAST_RANGE)) - log_range) / spreads[1]
    return jnp.mean(nll + 0.5 * error**2)


def train(train_set, validation_set, means, spreads, seed, epochs=120, batch=128, patience=25):
    """Parameters at the epoch that did best on the validation set."""
    windows, targets = train_set
    key = jax.random.PRNGKey(seed)
    parameters = first_parameters(key, math.log(float(spreads[0])))
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(2e-3, weight_decay=1e-2))
    state = optimizer.init(parameters)
    scaled = partial(loss, means=means, spreads=spreads)

    @jax.jit
    def update(parameters, state, windows, targets):
        gradient = jax.grad(scaled)(parameters, windows, targets)
        updates, state = optimizer.update(gradient, state, parameters)
        return optax.apply_updates(parameters, updates), state

    judge = jax.jit(scaled)
    shuffle = np.random.default_rng(seed)
    best, best_loss, since = parameters, math.inf, 0
    for epoch in range(epochs):
        order = shuffle.permutation(len(windows))
        for number, start in enumerate(range(0, len(order) - batch + 1, batch)):
            chosen = order[start : start + batch]
            # One batch in five sees the few days that are known when the data begin, so that it can do with them.
            days = int(shuffle.choice([1, 2, 5, 10])) if number % 5 == 0 else WINDOW
            parameters, state = update(parameters, state, windows[chosen][:, -days:], targets[chosen])
        now = float(judge(parameters, *validation_set))
        print(f"epoch {epoch:3d}  validation {now:.5f}{'  best' if now < best_loss else ''}")
        if now < best_loss:
            best, best_loss, since = parameters, now, 0
        elif (since := since + 1) >= patience:
            break
    return best


def measure(mean, deviation, rng, close, next_change, next_range):
    """How far predictions made at the closing prices `close` were off."""
    error = close * (np.exp(next_change) - np.exp(mean))
    return {
        "price": {
            "mae": float(np.mean(np.abs(error))),
            "rmse": float(np.sqrt(np.mean(error**2))),
            "mape": float(100 * np.mean(np.abs(error / (close * np.exp(next_change))))),
        },
        "change": {
            "nll": float(
                np.mean(np.log(deviation) + 0.5 * ((next_change - mean) / deviation) ** 2 + 0.5 * math.log(2 * math.pi))
            )
        },
        "range": {
            "mae": float(100 * np.mean(np.abs(next_range - rng))),
            "rmse": float(100 * np.sqrt(np.mean((next_range - rng) ** 2))),
        },
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--prices", type=Path, default=PRICES)
    arguments.add_argument("--out", type=Path, default=HERE)
    options = arguments.parse_args()

    dates, close, change, rng = read_days(options.prices)
    ends, windows, targets = make_samples(change, rng)
    predicted = dates[ends + 1]
    training = predicted < VALIDATE_FROM
    validation = (predicted >= VALIDATE_FROM) & (predicted < TEST_FROM)
    test = predicted >= TEST_FROM
    means, spreads = scaling_of(windows[training])

    parameters = train(
        (windows[training], targets[training]), (windows[validation], targets[validation]), means, spreads, options.seed
    )
    write_graph(options.out / "return-lstm.onnx", parameters, means, spreads, LEAST_RANGE)

    mean, log_deviation, log_range = (np.asarray(x) for x in forward(parameters, windows, means, spreads))
    days = ends[test]
    now = lambda *forecast: measure(*(x[test] for x in forecast), close[days], change[days + 1], rng[days + 1])  # noqa: E731
    evaluation = {
        "seed": options.seed,
        "window": WINDOW,
        "test": {"from": str(predicted[test][0]), "to": str(predicted[test][-1]), "days": int(test.sum())},
        "lstm": now(mean, np.exp(log_deviation), np.exp(log_range)),
        "autoregression": now(*(x[ends] for x in autoregression(change, rng))),
        "naive": now(*(x[ends] for x in naive(change, rng, float(np.std(targets[training][:, 0]))))),
    }
    (options.out / "evaluation.json").write_text(json.dumps(evaluation, indent=2) + "\n")
    print(json.dumps(evaluation, indent=2))


if __name__ == "__main__":
    main()
