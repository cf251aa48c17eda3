"""Modules of the library that a session runs for itself: pure Python and harmless, and as much its own as a cell's code.

Runs in the namespace of module_views.py, behind it. The code is the library's, judged by the gate as a cell is; the module,
its classes and its caches belong to the session that imports it. Named in COPIED.
"""

# What copies import at their head and need only for files, sockets and processes.
STAND_INS = {"socket", "weakref", "importlib", "importlib.util", "urllib.request", "sysconfig", "pwd", "grp", "subprocess"}

# Parts that reach files, written anew.
OWN_SOURCES = {
    "builtins": "globals().update({name: value for name, value in __builtins__.items() if not name.startswith('_')})",
    "timeit": r"""
import itertools
import time

default_timer = time.perf_counter

class Timer:
    def __init__(self, stmt="pass", setup="pass", timer=default_timer, globals=None):
        self.timer = timer
        names = {"__name__": "__main__", "_stmt": stmt, "_setup": setup} | (globals or {})
        lines = lambda code, name, depth: " " * depth + (name + "()" if callable(code) else code.replace("\n", "\n" + " " * depth))
        exec(f"def inner(_it, _timer):\n{lines(setup, '_setup', 4)}\n    _t0 = _timer()\n    for _i in _it:\n{lines(stmt, '_stmt', 8)}\n    return _timer() - _t0\n", names)
        self.inner = names["inner"]

    def timeit(self, number=1000000):
        return self.inner(itertools.repeat(None, number), self.timer)

    def repeat(self, repeat=5, number=1000000):
        return [self.timeit(number) for _ in range(repeat)]

    def autorange(self, callback=None):
        number = 1
        while (taken := self.timeit(number)) < 0.2:
            number *= 10
        return number, taken

def timeit(stmt="pass", setup="pass", timer=default_timer, number=1000000, globals=None):
    return Timer(stmt, setup, timer, globals).timeit(number)

def repeat(stmt="pass", setup="pass", timer=default_timer, repeat=5, number=1000000, globals=None):
    return Timer(stmt, setup, timer, globals).repeat(repeat, number)
""",
    "zoneinfo._tzpath": """
TZPATH = ()

class InvalidTZPathWarning(RuntimeWarning):
    pass

def reset_tzpath(to=None):
    raise PermissionError("zoneinfo.reset_tzpath() is not available in this session: there are no files; the host's time zones are there")

def find_tzfile(key):
    return None

def available_timezones():
    return set()
""",
}

# Definitions that sessions may not have, and that these modules do without.
DROPPED = {"__reduce__", "__reduce_ex__", "__del__", "__dir__", "__getnewargs__", "__copyright__", "__credits__"}

# Whose code the gate lets through, and that would fail.
MENDED = {"tomllib", "email.contentmanager", "http", "uu"}

_codes = {}


def copy_code(name):
    """(code, whether it is a package) of a module as the library has it, or None where this Python has none. On the host's thread."""
    if name not in _codes:
        if (own := OWN_SOURCES.get(name)) is not None:
            _codes[name] = compile(own, f"<{name}>", "exec", dont_inherit=True), False
        else:
            spec = _spec_of_copy(name)
            _codes[name] = None if spec is None else (spec.loader.get_code(name), spec.submodule_search_locations is not None)
            if name in MENDED and spec is not None:
                mend_copy(name)
    return _codes[name]


def mend_copy(name):
    """The same, without what sessions may not spell."""
    import ast
    spec = _spec_of_copy(name)
    code = compile(_mender(ast).visit(ast.parse(spec.loader.get_source(name))), f"<{name}>", "exec", dont_inherit=True)
    _codes[name] = code, spec.submodule_search_locations is not None
    return code


def _spec_of_copy(name):
    # Found without importing the package it is in, and nowhere but in the library.
    head = name.rpartition(".")[0]
    above = _spec_of_copy(head) if head else None
    path = above and above.submodule_search_locations if head else None
    spec = spec_of_library(name, path) if path or not head else None
    return spec if spec is not None and hasattr(spec.loader, "get_source") else None


def _mender(ast):
    class Mender(ast.NodeTransformer):
        def visit_Attribute(self, node):
            self.generic_visit(node)
            function = {"__dict__": "vars", "__mro__": "_classes_of"}.get(node.attr)
            if function is None or not isinstance(node.ctx, ast.Load):
                return node
            return ast.fix_missing_locations(ast.copy_location(ast.Call(ast.Name(function, ast.Load()), [node.value], []), node))

        def visit_ClassDef(self, node):
            # enum._simple_enum looks into classes that are everybody's; an ordinary Enum is the same.
            for one in list(node.decorator_list):
                if isinstance(one, ast.Call) and getattr(one.func, "id", None) == "_simple_enum":
                    node.decorator_list.remove(one)
                    node.bases = one.args
            return self.generic_visit(node)

        def visit_ImportFrom(self, node):
            node.names = [one for one in node.names if one.name != "_simple_enum"]
            return node

        def visit_Expr(self, node):
            call = node.value
            is_told = isinstance(call, ast.Call) and getattr(call.func, "attr", None) == "_deprecated"
            return ast.copy_location(ast.Pass(), node) if is_told else self.generic_visit(node)

        def visit_FunctionDef(self, node):
            if node.name == "_extend_docstrings":
                # email's own, which reads the dicts of its classes.
                node.body = ast.parse("def f(cls):\n    return cls").body[0].body
                return ast.fix_missing_locations(node)
            return None if node.name in DROPPED else self.generic_visit(node)

        def visit_Tuple(self, node):
            node.elts = [part for part in node.elts if not (isinstance(part, ast.Constant) and part.value == "__weakref__")]
            return self.generic_visit(node)

        def visit_Assign(self, node):
            return None if any(getattr(target, "id", None) in DROPPED | {"__class__"} or getattr(target, "attr", None) in DROPPED | {"__module__", "__class__"} for target in node.targets) else self.generic_visit(node)

    return Mender()


class SessionModule(types.ModuleType):
    """A module that is one session's own."""

    __slots__ = ()

    def __dir__(self):
        return [name for name in self.__dict__ if name != "__builtins__"]

    def __getattr__(self, name):
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} in this session ({self.__name__}.{name})")


SessionModule.__name__ = SessionModule.__qualname__ = "module"
HOST.share(SessionModule.__dir__)
HOST.share(SessionModule.__getattr__)
HOST.freeze(SessionModule, True)


def new_copy(name):
    """An empty module."""
    return SessionModule(name)


def _classes_of(cls):
    """A class and those above it; of the library's only the first and the last."""
    return cls.__mro__ if isinstance(cls, type) and cls not in _frozen and cls.__flags__ & (1 << 9) else (cls, object)


HOST.share(_classes_of)


def finish_copy(name, table):
    """Gives a copy what it has of the host."""
    if name == "zoneinfo._common":
        def load_tzdata(key):
            data = HOST.on_host(_zone, key) if type(key) is str else None
            if data is None:
                raise table["ZoneInfoNotFoundError"](f"No time zone found with key {key}" + ("" if HOST.on_host(_zone, "Europe/Paris") else ": this machine has no time zone data"))
            import io
            return io.BytesIO(data)

        HOST.share(load_tzdata)
        table["load_tzdata"] = load_tzdata
    elif name == "zoneinfo":
        def available_timezones():
            """The names of all time zones the host has data of."""
            return set(HOST.on_host(_zones, None))

        HOST.share(available_timezones)
        table["available_timezones"] = available_timezones
    elif name == "email.contentmanager":
        table["_classes_of"] = _classes_of
    elif name == "builtins":
        table["__doc__"] = "The builtin functions of this session."


def _zone(key):
    """The data of a time zone, or None. On the host's thread."""
    import re
    import zoneinfo
    if len(key) > 100 or not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", key):
        return None
    return HOST.find_zone(key, list(zoneinfo.TZPATH))


def _zones(ignored):
    import zoneinfo
    return HOST.find_zone(None, list(zoneinfo.TZPATH))
