"""Runs a monitoring model in a process: loads its file, hands it records and says what it yields.

One JSON document a line comes in and goes out; src/monitors/kinds/code/runner.ts describes them. What the model prints
goes to the standard error output.
"""

import inspect
import json
import math
import numbers
import os
import signal
import sys
import threading
import time
import traceback
import types

SAY_AFTER = 0.2  # Seconds after which what is done is said, though there is more to do.
MOST_YIELDS = 1000
LONGEST_NAME = 200
LONGEST_TEXT = 1000
LARGEST_STATE = 1000000


class Alert(dict):
    """What make_alert makes."""


class Record(dict):
    """What make_record makes: a point."""


def make_alert(text, value=None):
    if not isinstance(text, str) or text == "":
        raise TypeError("make_alert(text, value): expected a text, found {}".format(shown(text)))
    return Alert(name=text, value=value)


def make_record(name, value):
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise TypeError(
            "make_record(name, value): expected a name of 1 to {} characters, found {}".format(LONGEST_NAME, shown(name))
        )
    if not isinstance(value, numbers.Real):
        raise TypeError("make_record(name, value): expected a number, found {}".format(shown(value)))
    return Record(name=name, value=value)


def shown(value):
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def number(value):
    """A finite number, or None."""
    found = float(value)
    return found if math.isfinite(found) else None


class Runner:
    def __init__(self, heard, said):
        self.heard = heard
        self.said = said
        self.says = []
        self.last = 0.0

    def tell(self, message):
        self.said.write(json.dumps(message, allow_nan=False) + "\n")
        self.said.flush()

    def load(self, task):
        self.file = task["file"]
        self.schemas = task["schemas"]
        models = task["models"]
        limit(task["memory"])
        folder, name = os.path.split(self.file)
        sys.path.insert(0, folder)
        self.model = types.ModuleType(os.path.splitext(name)[0])
        self.model.__file__ = self.file
        self.model.make_alert = make_alert
        self.model.make_record = make_record
        self.model.find_model = lambda src: models.get(src, src)
        sys.modules.setdefault(self.model.__name__, self.model)
        with open(self.file, encoding="utf-8") as source:
            code = compile(source.read(), self.file, "exec")
        exec(code, self.model.__dict__)
        self.action = getattr(self.model, task["action"], None)
        if not callable(self.action):
            raise TypeError("expected a function {}(datum), found none".format(task["action"]))
        self.takes_slot = takes(self.action, 2)
        begin = getattr(self.model, "begin", None)
        if callable(begin):
            given = (task["settings"], task["state"])
            begun = begin(*given[: 2 if takes(begin, 2) else 1 if takes(begin, 1) else 0])
            if inspect.isgenerator(begun) and next(begun, self) is not self:
                raise TypeError("begin() yields: expected yields of action and end only, which come of a record")

    def run(self):
        for line in self.heard:
            message = json.loads(line)
            if "begin" in message:
                self.load(message["begin"])
                self.tell({"ready": True})
            elif "batch" in message:
                self.take(message["batch"])
            else:
                end = getattr(self.model, "end", None)
                if callable(end):
                    self.collect(0, end())
                self.tell({"ended": True, "says": self.says})
                return

    def take(self, batch):
        self.last = time.monotonic()
        for at, entry in enumerate(batch):
            if entry is not None:
                before = len(self.says)
                try:
                    slot, datum = entry
                    if type(datum) is int and self.schemas.get(str(slot)) in ("double", "float"):
                        datum = float(datum)
                    self.collect(at, self.action(datum, slot) if self.takes_slot else self.action(datum))
                except BaseException:
                    del self.says[before:]
                    self.say(at)
                    raise
            if time.monotonic() - self.last > SAY_AFTER and at + 1 < len(batch):
                self.say(at + 1)
        self.say(len(batch))

    def snapshot(self):
        """What the model wants back where it is begun anew."""
        snapshot = getattr(self.model, "snapshot", None)
        if not callable(snapshot):
            return {}
        state = snapshot()
        text = json.dumps(state, allow_nan=False)
        if len(text) > LARGEST_STATE:
            raise ValueError(
                "snapshot(): expected JSON of at most {} characters, found {}".format(LARGEST_STATE, len(text))
            )
        return {"state": state}

    def say(self, done):
        self.tell({"done": done, "says": self.says, **self.snapshot()})
        self.says = []
        self.last = time.monotonic()

    def collect(self, at, result):
        if not inspect.isgenerator(result):
            if result is not None:
                self.add(at, result)
            return
        for count, value in enumerate(result):
            if count >= MOST_YIELDS:
                raise ValueError("expected at most {} yields at one record, found more".format(MOST_YIELDS))
            self.add(at, value)

    def add(self, at, value):
        slot = 1
        if isinstance(value, tuple) and len(value) == 2 and type(value[0]) is int:
            slot, value = value
            if slot < 0 or slot % 2 == 0:
                raise ValueError("expected an output slot, which is odd, found {}".format(slot))
        schema = self.schemas.get(str(slot))
        is_named = isinstance(value, dict) and isinstance(value.get("name"), str) and "value" in value
        if isinstance(value, Alert) or (is_named and schema == "alert"):
            found = value["value"]
            if isinstance(found, numbers.Real) and not isinstance(found, bool):
                found = number(found)
            elif found is not None:
                found = str(found)[:LONGEST_TEXT]
            self.says.append([at, "alert", value["name"][:LONGEST_TEXT], found])
        elif is_named and isinstance(value["value"], numbers.Real):
            record = make_record(value["name"], value["value"])
            found = number(record["value"])
            if found is not None:
                self.says.append([at, "point", record["name"], found, None])
        else:
            self.says.append([at, "record", 1])


def takes(function, count):
    """Whether a function can be called with so many arguments by position."""
    try:
        inspect.signature(function).bind(*range(count))
        return True
    except TypeError:
        return False


def limit(memory):
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError) as error:
        print("the memory of this process has no limit: {}".format(error), file=sys.stderr)


def told(error, file):
    """What is wrong, and where in the model's file."""
    name = os.path.basename(file)
    if isinstance(error, SyntaxError):
        return "{}: {} ({}, line {})".format(type(error).__name__, error.msg, os.path.basename(error.filename or name), error.lineno)
    if isinstance(error, MemoryError):
        text = "MemoryError: expected to do with the memory that it is allowed, found more is needed"
    else:
        text = traceback.format_exception_only(type(error), error)[-1].strip()[:LONGEST_TEXT]
    lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == file]
    return "{} ({}, line {})".format(text, name, lines[-1]) if lines else text


def watch_parent(parent):
    """A model that hangs must not outlive the process that it runs for."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main():
    # The model has its own standard streams: what it prints is no message, and what is a message it cannot read.
    said = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    heard = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch_parent, args=(os.getppid(),), daemon=True).start()
    runner = Runner(heard, said)
    try:
        runner.run()
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)
        reason = told(error, getattr(runner, "file", ""))
        runner.tell({"failed": reason})
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
