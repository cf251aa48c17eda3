"""Writes into the cases of this folder what stock Python prints.

    python3 expect.py PYTHON...          runs every case with each of the given interpreters and rewrites the expected parts
    python3 expect.py --check PYTHON...  only says which of them are not what these print; exit code 1 if any

A case's output must be the same on all of them (from its `since` on) and with any hash seed. Cases with lines of `!!` are
what a session refuses: they are left alone. Standard library only.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    """One case: `text` is all of it but the expected part."""

    def __init__(self, file, part):
        head, _, body = part.partition("\n")
        self.name, *options = [piece.strip() for piece in head.split("|")]
        self.full_name = f"{file}.{self.name}"
        options = dict(option.split("=", 1) for option in options)
        self.since = int(options.get("since", "3.0").split(".")[1])
        self.context = options.get("context")
        body, _, self.out = body.rstrip("\n").partition("\n--- out\n")
        self.out += "\n" if self.out else ""
        self.text = f"=== {head}\n{body}"
        self.refused = bool(re.search(r"^!! ", body, re.M))
        self.cells = body.split("\n---\n")

    def written(self):
        return self.text + "\n" if not self.out else f"{self.text}\n--- out\n{self.out}"


def read(path):
    """The cases of a file."""
    return [Case(path.stem, part) for part in ("\n" + path.read_text("utf-8")).split("\n=== ")[1:]]


def context(name):
    """The value of `context`: the text of a file, or what its JSON holds."""
    if name is None:
        return ""
    text = (HERE / "contexts" / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else text


def run_all():
    """In the interpreter that is asked: each case of stdin in a process of its own; what it printed, and how it failed."""
    for case in json.load(sys.stdin):
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(write_end, 1)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            run(case)
        os.close(write_end)
        with open(read_end, encoding="utf-8") as output:
            printed = output.read()
        _, status = os.waitpid(child, 0)
        os.write(3, (json.dumps([printed, status]) + "\n").encode())


def run(case):
    """Runs the cells as a script's text would be, with `await` at top level, and ends the process."""
    import ast
    import asyncio
    import linecache
    import types
    status = 1
    try:
        sys.argv = [""]
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        module.__dict__["context"] = case["context"]
        for number, cell in enumerate(case["cells"]):
            file = f"<cell {number}>"
            linecache.cache[file] = (len(cell), None, cell.splitlines(True), file)
            code = compile(cell, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            made = eval(code, module.__dict__)
            if made is not None:
                asyncio.run(made)
        status = 0
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def ask(python, minor, cases):
    """By full name: what each case prints with this interpreter."""
    wanted = [case for case in cases if case.since <= minor]
    request = json.dumps([{"cells": case.cells, "context": context(case.context)} for case in wanted])
    outputs = []
    for seed in ("1", "2"):
        read_end, write_end = os.pipe()
        process = subprocess.Popen(
            [python, "-c", "import os, sys\nos.dup2(int(sys.argv[2]), 3)\nsys.path.insert(0, sys.argv[1])\nimport expect\nexpect.run_all()", str(HERE), str(write_end)],
            stdin=subprocess.PIPE, pass_fds=[write_end], cwd=os.sep,
            env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "HOME": os.environ.get("HOME", "/")})
        os.close(write_end)
        process.stdin.write(request.encode())
        process.stdin.close()
        with open(read_end, encoding="utf-8") as answers:
            outputs.append([json.loads(line) for line in answers])
        process.wait()
    result = {}
    for case, first, second in zip(wanted, *outputs, strict=True):
        if first[1] != 0:
            print(f"{case.full_name}: fails with {python}")
        elif first != second:
            print(f"{case.full_name}: prints other things with another hash seed\n{first[0]}{second[0]}")
        elif not first[0].strip() or first[0].endswith("\n\n") or "\n--- " in first[0] or "\n=== " in first[0] or not first[0].endswith("\n"):
            print(f"{case.full_name}: its output cannot be written in a case: {first[0]!r}")
        else:
            result[case.full_name] = first[0]
    return result


def main(arguments):
    check = arguments[:1] == ["--check"]
    pythons = arguments[check:] or [sys.executable]
    files = {path: read(path) for path in sorted(HERE.glob("*.txt")) if path.stem != "known"}
    cases = [case for of_file in files.values() for case in of_file]
    ordinary = [case for case in cases if not case.refused]
    bad = 0
    printed = {}
    for python in pythons:
        minor = int(subprocess.run([python, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, check=True, text=True).stdout)
        outputs = ask(python, minor, ordinary)
        for case in ordinary:
            if case.since > minor:
                continue
            output = outputs.get(case.full_name)
            before = printed.setdefault(case.full_name, output)
            if output is None:
                bad += 1
            elif before != output:
                print(f"{case.full_name}: differs by version\n{before}{python}\n{output}")
                bad += 1
    for case in ordinary:
        output = printed.get(case.full_name)
        if output is not None and output != case.out:
            if check:
                print(f"{case.full_name}: the case says\n{case.out}stock Python says\n{output}")
                bad += 1
            case.out = output
    if not check:
        for path, of_file in files.items():
            path.write_text("".join(case.written() for case in of_file), "utf-8")
    print(f"{len(cases)} cases, {len(cases) - len(ordinary)} of them refused, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
