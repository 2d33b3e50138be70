"""What the LSTM is measured against. Each gives, at each day, mean and deviation of the next change, and its range."""

import math

import numpy as np


def naive(change, rng, deviation):
    """Tomorrow is as today: the same price, the same range, and always the same spread."""
    return np.zeros(len(change)), np.full(len(change), deviation), rng.copy()


def autoregression(change, rng, memory=0.998, calm=0.97):
    """First-order autoregressions `next = a + b * now`, learnt as the days go by: by recursive least squares with
    forgetting, as in Haykin, Adaptive Filter Theory, chapter 10. Of the change, with the spread of its errors
    exponentially weighted, and of the logarithm of the range.

    It goes on learning on the days that are tested, each after it was predicted; the LSTM does not.
    """
    means, errors = _one_step(change, memory)
    deviations = np.empty(len(change))
    variance = 0.01**2
    for day in range(len(change)):
        if day > 0:
            variance = calm * variance + (1 - calm) * errors[day] ** 2
        deviations[day] = math.sqrt(variance)
    log_range, _ = _one_step(np.log(np.maximum(rng, 1e-4)), memory)
    return means, deviations, np.exp(log_range)


def _one_step(series, memory):
    """At each step, the prediction of the next value, and the error of the prediction of this one."""
    theta = np.zeros(2)
    covariance = np.diag([1.0, 100.0])
    predictions, errors = np.empty(len(series)), np.zeros(len(series))
    for step, value in enumerate(series):
        if step > 0:
            x = np.array([1.0, series[step - 1]])
            errors[step] = value - theta @ x
            gain = covariance @ x / (memory + x @ covariance @ x)
            theta = theta + gain * errors[step]
            covariance = (covariance - np.outer(gain, x @ covariance)) / memory
        predictions[step] = theta @ np.array([1.0, value])
    return predictions, errors
