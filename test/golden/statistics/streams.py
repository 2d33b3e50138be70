"""Numbers that Python and TypeScript make alike: Mulberry32 (T. Ettinger), and streams from it by exact arithmetic alone."""

import numpy as np


class Mulberry32:
    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFF

    def random(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 4294967296

    def bell(self):
        """About normal: twelve uniform numbers less six, mean 0 and variance 1, without a rounding that depends on a library."""
        total = 0.0
        for _ in range(12):
            total += self.random()
        return total - 6

    def sample(self, population, k):
        """k of the population without repetition: the first k steps of Fisher's and Yates' shuffle."""
        pool = list(population)
        for i in range(k):
            j = i + int(self.random() * (len(pool) - i))
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]


def uniforms(seed, n):
    rng = Mulberry32(seed)
    return np.array([rng.random() for _ in range(n)])
