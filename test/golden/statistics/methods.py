"""Writes the golden files of ingest-backend/src/statistics: what trusted implementations make of real data.

    python -m venv venv && venv/bin/pip install -r test/golden/statistics/requirements.txt
    venv/bin/python test/golden/statistics/methods.py

Real data are the sets that scikit-learn ships. Where large samples are needed they come from the generator in streams.py, which
ingest-backend/src/statistics/special/random.ts has too, so that the files need not hold them.
"""

import numpy as np
from river.drift.datasets import AirlinePassengers
from scipy import signal, special, stats
from scipy.spatial.distance import jensenshannon
from sklearn import datasets, linear_model, metrics, preprocessing, pipeline

from golden import write
from streams import uniforms


def columns():
    """Pairs of samples of one feature: name, reference, current."""
    diabetes, iris = datasets.load_diabetes(scaled=False), datasets.load_iris()
    wine, cancer = datasets.load_wine(), datasets.load_breast_cancer()
    bmi, half = diabetes.data[:, 2], len(diabetes.data) // 2
    yield "diabetes, bmi, first and second half", bmi[:half], bmi[half:]
    s6 = diabetes.data[:, 9]
    yield "diabetes, glucose, of low and high progression", s6[diabetes.target < 100], s6[diabetes.target > 200]
    petal = iris.data[:, 2]
    yield "iris, petal length, versicolor and virginica", petal[iris.target == 1], petal[iris.target == 2]
    alcohol = wine.data[:, 0]
    yield "wine, alcohol, of classes 0 and 1", alcohol[wine.target == 0], alcohol[wine.target == 1]
    radius = cancer.data[:, 0]
    yield "breast cancer, radius, benign and malignant", radius[cancer.target == 1], radius[cancer.target == 0]
    texture = cancer.data[:, 1]
    yield "breast cancer, texture, first 300 and last 50", texture[:300], texture[-50:]


def of_samples(x, y):
    edges = np.unique(np.quantile(x, np.arange(1, 10) / 10))
    exact, asymptotic = stats.ks_2samp(x, y, method="exact"), stats.ks_2samp(x, y, method="asymp")
    return {
        "kolmogorovSmirnov": {"statistic": exact.statistic, "exact": exact.pvalue, "asymptotic": asymptotic.pvalue},
        "wasserstein": stats.wasserstein_distance(x, y),
        "edges": edges,
        "counts": [np.bincount(np.searchsorted(edges, v, side="right"), minlength=len(edges) + 1) for v in (x, y)],
        "moments": of_moments(x),
    }


def of_moments(x):
    return {
        "count": len(x),
        "mean": np.mean(x),
        "variance": np.var(x, ddof=1),
        "skewness": stats.skew(x),
        "kurtosis": stats.kurtosis(x),
        "min": np.min(x),
        "max": np.max(x),
    }


def psi(r, c, smoothing):
    r, c = r + smoothing, c + smoothing
    r, c = r / r.sum(), c / c.sum()
    return np.sum((c - r) * np.log(c / r))


def of_counts(r, c):
    r, c = np.asarray(r, dtype=float), np.asarray(c, dtype=float)
    table = np.array([r, c])[:, r + c > 0]
    chi = stats.chi2_contingency(table, correction=False)
    p, q = r / r.sum(), c / c.sum()
    distance = jensenshannon(p, q, base=2)
    both = (r > 0) & (c > 0)
    return {
        "psi": psi(r, c, 0.5),
        "psiUnsmoothed": psi(r, c, 0) if both.all() else None,
        "jensenShannon": {"distance": distance, "divergence": distance**2},
        "hellinger": np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / np.sqrt(2),
        "totalVariation": np.abs(p - q).sum() / 2,
        "chiSquare": {
            "statistic": chi.statistic,
            "degreesOfFreedom": chi.dof,
            "pValue": chi.pvalue,
            "smallestExpected": chi.expected_freq.min(),
        },
        "cramersV": stats.contingency.association(table.astype(int), method="cramer"),
    }


def distances():
    pairs = []
    for name, x, y in columns():
        samples = of_samples(x, y)
        pairs.append({"name": name, "reference": x, "current": y, **samples, "cells": of_counts(*samples["counts"])})
    tables = [
        ("with empty cells", [12, 0, 5, 0, 30], [0, 3, 6, 0, 41]),
        ("alike", [10, 20, 30], [1, 2, 3]),
        ("far apart", [1000, 10, 1, 0], [0, 2, 10, 900]),
    ]
    large = []
    for n, m, shift in [(12000, 12000, 0.0), (20000, 11000, 0.01), (15000, 40000, 0.02), (30000, 3, 0.3)]:
        x, y = uniforms(1, n), uniforms(2, m) + shift
        test = stats.ks_2samp(x, y, method="asymp")
        large.append({"n": n, "m": m, "shift": shift, "statistic": test.statistic, "asymptotic": test.pvalue,
                      "wasserstein": stats.wasserstein_distance(x, y)})
    write("distances", {
        "pairs": pairs,
        "tables": [{"name": name, "reference": r, "current": c, **of_counts(r, c)} for name, r, c in tables],
        "large": large,
    })


def special_functions():
    gamma = [(a, x) for a in (0.1, 0.5, 1, 1.5, 3, 10, 47.5, 100, 1000) for x in a * np.array([0.01, 0.3, 0.9, 1, 1.1, 2, 4])]
    ks = [(n, d) for n in (1, 2, 5, 10, 50, 140, 141, 500, 5000, 100000, 1000000)
          for d in np.unique(np.clip(np.array([0.3, 0.5, 0.8, 1, 1.3, 1.6, 2.2, 3, 5]) / np.sqrt(n), 0.5 / n, 0.999))]
    write("special", {
        "upperGamma": [[a, x, special.gammaincc(a, x)] for a, x in gamma],
        "lowerGamma": [[a, x, special.gammainc(a, x)] for a, x in gamma],
        "chiSquare": [[df, x, stats.chi2.sf(x, df)] for df in (1, 2, 3, 9, 30, 99) for x in (0.01, 0.5, 3, 12, 40, 150)],
        "normal": [[z, stats.norm.cdf(z)] for z in (-30, -8, -3, -1, -0.1, 0, 0.1, 0.5, 1.96, 4, 7)],
        "kolmogorov": [[n, d, stats.kstwo.sf(d, n)] for n, d in ks],
        "smirnov": [[n, d, special.smirnov(n, d)] for n in (3, 20, 300) for d in (0.01, 0.1, 0.3, 0.7)],
    })


def testing():
    cancer = datasets.load_breast_cancer()
    benign, malignant = cancer.data[cancer.target == 1], cancer.data[cancer.target == 0]
    # Few rows, so that p-values lie on both sides of the usual levels.
    p = np.array([stats.ks_2samp(benign[:12, i], malignant[:9, i]).pvalue for i in range(cancer.data.shape[1])])
    order, m = np.argsort(p, kind="stable"), len(p)
    holm = np.empty(m)
    holm[order] = np.minimum(1, np.maximum.accumulate(p[order] * (m - np.arange(m))))
    write("testing", {"pValues": p, "benjamini-hochberg": stats.false_discovery_control(p, method="bh"), "holm": holm,
                      "bonferroni": np.minimum(1, p * m), "none": p})


def scores():
    """Of models that learned one half of a set and predict the other."""
    diabetes = datasets.load_diabetes()
    model = linear_model.LinearRegression().fit(diabetes.data[:221], diabetes.target[:221])
    truth, prediction = diabetes.target[221:], model.predict(diabetes.data[221:]).round(6)
    write("scores", {
        "regression": {
            "truth": truth,
            "prediction": prediction,
            "mae": metrics.mean_absolute_error(truth, prediction),
            "rmse": metrics.root_mean_squared_error(truth, prediction),
            "mape": metrics.mean_absolute_percentage_error(truth, prediction),
            "smape": np.mean(2 * np.abs(prediction - truth) / (np.abs(prediction) + np.abs(truth))),
            "bias": np.mean(prediction - truth),
            "r2": metrics.r2_score(truth, prediction),
        },
        "classes": of_classes(datasets.load_wine(), [0, 3]),
        "probabilities": of_probabilities(datasets.load_breast_cancer()),
    })


def classifier():
    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(C=0.05))


def of_classes(data, features):
    x = data.data[:, features]
    truth, prediction = data.target[1::2], classifier().fit(x[::2], data.target[::2]).predict(x[1::2])
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, prediction)
    macro = metrics.precision_recall_fscore_support(truth, prediction, average="macro")[:3]
    micro = metrics.precision_recall_fscore_support(truth, prediction, average="micro")[:3]
    return {
        "truth": truth,
        "prediction": prediction,
        "matrix": metrics.confusion_matrix(truth, prediction),
        "accuracy": metrics.accuracy_score(truth, prediction),
        "classes": [dict(zip(("precision", "recall", "f1", "support"), row)) for row in zip(precision, recall, f1, support)],
        "macro": dict(zip(("precision", "recall", "f1"), macro)),
        "micro": dict(zip(("precision", "recall", "f1"), micro)),
    }


def of_probabilities(data):
    x = data.data[:, :3]
    truth = data.target[1::2]
    # Rounded, so that some are equal.
    probability = classifier().fit(x[::2], data.target[::2]).predict_proba(x[1::2])[:, 1].round(3)
    return {
        "truth": truth,
        "probability": probability,
        "auc": metrics.roc_auc_score(truth, probability),
        "brier": metrics.brier_score_loss(truth, probability),
        "logLoss": metrics.log_loss(truth, probability),
    }


def noise():
    """Residuals of a real series against series that scipy has smoothed; the borders, where it pads, are left out."""
    x = np.array([float(y if not isinstance(y, dict) else next(iter(y.values()))) for _, y in AirlinePassengers()])[:200]
    residuals = {}
    for size, order in ((5, 0), (11, 2), (21, 5)):
        residuals[f"savitzky-golay {size} {order}"] = (x - signal.savgol_filter(x, size, order))[size // 2:-(size // 2)]
    for size in (3, 9):
        residuals[f"median {size}"] = (x - signal.medfilt(x, size))[size // 2:-(size // 2)]
    for alpha in (0.1, 0.5):
        level = signal.lfilter([alpha], [1, alpha - 1], x, zi=[(1 - alpha) * x[0]])[0]
        residuals[f"exponential {alpha}"] = (x[1:] - level[:-1])[int(np.ceil(2 / alpha)) - 1:]
    residuals["neighbour 2"] = x[2:-2] - (x[:-4] + x[4:]) / 2
    write("noise", {
        "values": x,
        # No more digits than the tests compare.
        "residuals": {name: np.round(r, 6) for name, r in residuals.items()},
        "robustDeviation": stats.median_abs_deviation(residuals["neighbour 2"], center=lambda r, axis: 0, scale="normal")
        / np.sqrt(1.5),
    })


if __name__ == "__main__":
    distances()
    special_functions()
    testing()
    scores()
    noise()
