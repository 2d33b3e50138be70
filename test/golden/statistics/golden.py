"""Where the golden files lie, and how they are written."""

import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[3] / "ingest-backend" / "src" / "statistics" / "golden"


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return value


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(plain(content), allow_nan=False) + "\n")
