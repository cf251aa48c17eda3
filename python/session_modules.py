"""Modules of which sessions have versions of their own: written for one thread without files, or the part of the library's that works on texts.

Runs in the namespace of module_views.py, behind it: `_view_<module>` makes what the view shows. Those named in OWN are not imported.
"""

# Why a module stays out, and what to write instead. Read by models.
REASONS = {
    "array": "use lists, bytes or struct",
    "ipaddress": "split the text at dots",
    "builtins": "builtin functions are there without it",
    "ctypes": "native code is out of reach; use struct, array or int.from_bytes",
    "glob": "there are no files; the text is in `context`",
    "http": "there is no network; the text is in `context`",
    "importlib": "write import NAME",
    "multiprocessing": "there are no processes; use llm_query_batched for many calls at once",
    "pickle": "it can run code; use json",
    "importlib.metadata": "write import NAME",
    "anthropic": "use llm_query",
    "bs4": "use html.parser",
    "httpx": "there is no network; the text is in `context`",
    "langchain": "use llm_query",
    "matplotlib": "show figures with print()",
    "nltk": "use re and collections",
    "numpy": "use math, statistics and lists",
    "openai": "use llm_query",
    "pandas": "use csv, collections and dicts",
    "pip": "no packages can be added",
    "requests": "there is no network; the text is in `context`",
    "scipy": "use math and statistics",
    "seaborn": "show figures with print()",
    "sklearn": "use collections, math and difflib",
    "spacy": "use re and collections",
    "tabulate": "use f-strings",
    "tiktoken": "count len(text) // 4",
    "tqdm": "use a plain for loop",
    "transformers": "use llm_query",
    "yaml": "use json",
    "select": "there is no network",
    "shelve": "there are no files; keep values in variables",
    "shutil": "there are no files; the text is in `context`",
    "signal": "the host stops cells; give up earlier instead",
    "socket": "there is no network; the text is in `context`",
    "sqlite3": "there are no files; use dicts and lists",
    "ssl": "there is no network",
    "subprocess": "there are no processes; do it in Python, the text is in `context`",
    "tempfile": "there are no files; use io.StringIO",
    "urllib.error": "there is no network",
    "urllib.request": "there is no network; the text is in `context`, and llm_query asks a model",
    "xml.dom": "use xml.etree.ElementTree",
    "xml.dom.minidom": "use xml.etree.ElementTree",
    "xml.sax": "use xml.etree.ElementTree",
}

FILES = "there are no files in this session; the text is in `context`"


class Unavailable:
    """What stands for a module, or for something of it, that sessions do not have. Importing it costs nothing; using it tells why."""

    __slots__ = ("_why",)

    def __init__(self, why):
        self._why = why

    def __getattr__(self, name):
        raise ModuleNotFoundError(self._why)

    def __call__(self, *args, **kwargs):
        raise ModuleNotFoundError(self._why)

    def __repr__(self):
        raise ModuleNotFoundError(self._why)

    def __bool__(self):
        raise ModuleNotFoundError(self._why)


def unavailable(name, names):
    """What an import of a module gives that sessions do not have: of the standard library's a value that tells why when used, so that the other imports of its line go on."""
    root = name.partition(".")[0]
    if root in LEFT_OUT and name not in REASONS:
        raise ModuleNotFoundError(f"the module {name!r} is not available in this session", name=name)
    if root not in sys.stdlib_module_names:
        raise ModuleNotFoundError(f"No module named {name!r}: it is not installed in this session, which has modules of the standard library; {REASONS.get(root, 'use those')}", name=name)
    why = f"the module '{name}' is not available in this session: {REASONS.get(name) or REASONS.get(root) or 'available are ' + ', '.join(allowed())}"
    sys.stderr.write(f"Note: {why}. What uses it will fail.\n")
    if not names:
        return Unavailable(why)
    return types.SimpleNamespace(**{part: Unavailable(why) for part in names if type(part) is str})


def _refuser(module, name, reason=FILES):
    def refused(*args, **kwargs):
        raise PermissionError(f"{module}.{name}() is not available in this session: {reason}")
    refused.__name__ = refused.__qualname__ = name
    return refused


def _view_gc(module):
    def collect(generation=2):
        """Does nothing: memory is collected by the host."""
        return 0

    def nothing():
        """Has no effect: memory is collected by the host."""

    return dict(collect=collect, enable=nothing, disable=nothing, isenabled=lambda: True)


def _view_gzip(module):
    return dict(compress=module.compress, decompress=module.decompress, BadGzipFile=module.BadGzipFile, open=_refuser("gzip", "open"))


def _view_timeit(module):
    import time
    clock = time.perf_counter

    def timeit(stmt="pass", setup="pass", timer=clock, number=1_000_000, globals=None):
        if not callable(stmt) or setup != "pass":
            raise TypeError("timeit() takes a function in this session, not source text: timeit.timeit(lambda: ..., number=1000)")
        start = timer()
        for _ in range(number):
            stmt()
        return timer() - start

    def repeat(stmt="pass", setup="pass", timer=clock, repeat=5, number=1_000_000, globals=None):
        return [timeit(stmt, setup, timer, number) for _ in range(repeat)]

    return dict(timeit=timeit, repeat=repeat, default_timer=clock)


def _view_threading(module):
    class Lock:
        """A lock among threads that run one after the other: who waits for it waits for ever, so that is an error."""

        __slots__ = ("_held",)
        _again = False

        def __init__(self):
            self._held = 0

        def acquire(self, blocking=True, timeout=-1):
            if self._held and not self._again:
                if blocking:
                    raise RuntimeError("the lock is held, and threads of this session run one after the other: this would wait for ever")
                return False
            self._held += 1
            return True

        def release(self):
            if not self._held:
                raise RuntimeError("release unlocked lock")
            self._held -= 1

        def locked(self):
            return self._held > 0

        def __enter__(self):
            return self.acquire()

        def __exit__(self, *details):
            self.release()

    class RLock(Lock):
        __slots__ = ()
        _again = True

    class Semaphore:
        __slots__ = ("_value",)

        def __init__(self, value=1):
            self._value = value

        def acquire(self, blocking=True, timeout=None):
            if self._value <= 0:
                if blocking:
                    raise RuntimeError("the semaphore is used up, and threads of this session run one after the other: this would wait for ever")
                return False
            self._value -= 1
            return True

        def release(self, n=1):
            self._value += n

        def __enter__(self):
            return self.acquire()

        def __exit__(self, *details):
            self.release()

    class Event:
        __slots__ = ("_set",)

        def __init__(self):
            self._set = False

        def is_set(self):
            return self._set

        def set(self):
            self._set = True

        def clear(self):
            self._set = False

        def wait(self, timeout=None):
            if not self._set and timeout is None:
                raise RuntimeError("the event is not set, and threads of this session run one after the other: this would wait for ever")
            return self._set

    class Thread:
        """Runs its target when started, to the end. For many calls of a model at once there is llm_query_batched."""

        def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
            self._target = target
            self._args = args
            self._kwargs = kwargs or {}
            self._started = False
            self.name = name or "Thread"
            self.daemon = bool(daemon)
            self.ident = None

        def start(self):
            if self._started:
                raise RuntimeError("threads can only be started once")
            self._started = True
            self.ident = 1
            try:
                self.run()
            except SystemExit:
                pass
            except Exception as error:
                sys.stderr.write(f"Exception in thread {self.name}:\n" + HOST.format_error(error, {})[3])

        def run(self):
            if self._target is not None:
                self._target(*self._args, **self._kwargs)

        def join(self, timeout=None):
            if not self._started:
                raise RuntimeError("cannot join thread before it is started")

        def is_alive(self):
            return False

    class Local:
        """Values of the one thread there is."""

    Local.__name__ = Local.__qualname__ = "local"
    def main():
        return Thread(name="MainThread")

    for cls in (Lock, RLock, Semaphore, Event, Thread, Local):
        HOST.freeze(cls, True)
    return dict(Thread=Thread, Lock=Lock, RLock=RLock, Semaphore=Semaphore, BoundedSemaphore=Semaphore, Event=Event, local=Local, TIMEOUT_MAX=1e9,
                current_thread=main, main_thread=main, active_count=lambda: 1, get_ident=lambda: 1)


def _view_os(module):
    refused = ("listdir", "getcwd", "chdir", "mkdir", "makedirs", "remove", "rename", "walk", "scandir", "stat", "open", "getenv")
    table = {name: _refuser("os", name) for name in refused}
    table.update({name: _refuser("os", name, "there are no processes; do it in Python") for name in ("system", "popen", "getpid", "kill", "fork")})
    table.update(sep="/", linesep="\n", pathsep=":", curdir=".", pardir="..", extsep=".", name="posix", environ=types.MappingProxyType({}), cpu_count=lambda: 1, fspath=_fspath)
    return table


def _fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    return type(path).__fspath__(path)


def _view_os_path(module):
    table = {name: getattr(module, name) for name in (
        "basename", "commonpath", "commonprefix", "dirname", "isabs", "join", "normcase", "normpath", "split", "splitdrive", "splitext", "sep", "curdir", "pardir", "extsep")}
    table.update({name: _refuser("os.path", name) for name in ("abspath", "exists", "expanduser", "expandvars", "getmtime", "getsize", "isdir", "isfile", "islink", "realpath", "relpath", "samefile")})
    return table


def _view_pathlib(module):
    """Paths as text. The library's own classes lead to its modules."""
    text = importlib.import_module("posixpath")
    matches = importlib.import_module("fnmatch").fnmatchcase

    class Path:
        """A path as text: there are no files behind it."""

        __slots__ = ("_text",)

        def __init__(self, *parts):
            joined = text.join(*(str(part) for part in parts)) if parts else "."
            clean = "/".join(part for part in joined.split("/") if part not in ("", "."))
            self._text = ("/" + clean if joined.startswith("/") else clean) or "."

        def __str__(self):
            return self._text

        def __repr__(self):
            return f"{type(self).__name__}({self._text!r})"

        def __fspath__(self):
            return self._text

        def __truediv__(self, other):
            return type(self)(self._text, other)

        def __rtruediv__(self, other):
            return type(self)(other, self._text)

        def __eq__(self, other):
            return isinstance(other, Path) and self._text == other._text

        def __lt__(self, other):
            return self.parts < other.parts

        def __hash__(self):
            return hash(self._text)

        def joinpath(self, *others):
            return type(self)(self._text, *others)

        def is_absolute(self):
            return self._text.startswith("/")

        def as_posix(self):
            return self._text

        @property
        def parts(self):
            found = tuple(part for part in self._text.split("/") if part and part != ".")
            return ("/", *found) if self.is_absolute() else found

        @property
        def name(self):
            return text.basename(self._text) if self._text != "." else ""

        @property
        def suffix(self):
            return text.splitext(self.name)[1]

        @property
        def suffixes(self):
            return ["." + part for part in self.name.lstrip(".").split(".")[1:]]

        @property
        def stem(self):
            return text.splitext(self.name)[0]

        @property
        def parent(self):
            return type(self)(text.dirname(self._text) or ".")

        @property
        def parents(self):
            found = []
            path = self
            while (above := path.parent) != path:
                found.append(above)
                path = above
            return tuple(found)

        def with_name(self, name):
            return self.parent / name

        def with_suffix(self, suffix):
            return self.parent / (self.stem + suffix)

        def with_stem(self, stem):
            return self.parent / (stem + self.suffix)

        def relative_to(self, other):
            start = type(self)(other).parts
            if self.parts[:len(start)] != start:
                raise ValueError(f"{self._text!r} is not in the subpath of {str(other)!r}")
            return type(self)(*self.parts[len(start):])

        def match(self, pattern):
            return matches(self.name, pattern)

    for name in ("absolute", "cwd", "exists", "expanduser", "glob", "home", "is_dir", "is_file", "iterdir", "mkdir", "open", "read_bytes", "read_text", "rename", "resolve",
                 "rglob", "rmdir", "stat", "touch", "unlink", "write_bytes", "write_text"):
        setattr(Path, name, _refuser("pathlib.Path", name))
    PurePosixPath = type("PurePosixPath", (Path,), {"__slots__": ()})
    PosixPath = type("PosixPath", (Path,), {"__slots__": ()})
    for cls in (Path, PurePosixPath, PosixPath):
        _freeze(cls, set())
        HOST.freeze(cls, True)
    return dict(Path=Path, PosixPath=PosixPath, PurePath=PurePosixPath, PurePosixPath=PurePosixPath)


def _view_inspect(module):
    """What code may ask about functions of its own. The library's Signature and Parameter lead to what everybody has."""

    def own(value):
        plain = value.__func__ if type(value) is types.MethodType else value
        if type(plain) is not types.FunctionType or HOST.is_shared(plain):
            raise TypeError("this can be asked of functions of this session only")
        return plain

    def signature(callable, **also_ignored):
        """The signature as text: "(a, b: int = 2)"."""
        bound = type(callable) is types.MethodType
        found = str(module.signature(own(callable), follow_wrapped=False))
        return "(" + found.partition(", ")[2] if bound and ", " in found else "()" if bound else found

    def getsource(value):
        """The source of a function or class that a cell of this session defined."""
        if isinstance(value, type):
            found = _class_source(module, value)
        else:
            code = own(value).__code__
            found = _block(module, HOST.cell_source(code.co_filename), code.co_firstlineno)
        if found is None:
            raise OSError("could not get source code")
        return found

    def getdoc(value):
        doc = getattr(value, "__doc__", None)
        return module.cleandoc(doc) if type(doc) is str else None

    table = {name: getattr(module, name) for name in (
        "cleandoc", "isasyncgen", "isasyncgenfunction", "isawaitable", "isbuiltin", "isclass", "iscoroutine",
        "iscoroutinefunction", "isfunction", "isgenerator", "isgeneratorfunction", "ismethod", "isroutine")}
    table.update(signature=signature, getsource=getsource, getdoc=getdoc)
    return table


def _block(module, source, line):
    if source is None:
        return None
    lines = source.splitlines(True)
    return "".join(module.getblock(lines[line - 1:])) if 0 < line <= len(lines) else None


def _class_source(module, cls):
    # By a method of it, as CPython 3.13 does by the line it notes.
    for value in list(type.__dict__["__dict__"].__get__(cls).values()):
        if type(value) is types.FunctionType and (source := HOST.cell_source(value.__code__.co_filename)) is not None:
            lines = source.splitlines(True)
            for at in range(min(value.__code__.co_firstlineno, len(lines)) - 1, -1, -1):
                if lines[at].lstrip().startswith("class " + cls.__name__):
                    return "".join(module.getblock(lines[at:]))
    return None


LEVELS = {"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


def _own_logging():
    """logging for one session: records go to the cell's error output."""
    names = {number: name for name, number in LEVELS.items() if name not in ("FATAL", "WARN")}

    class Logger:
        def __init__(self, name, parent=None):
            self.name = name
            self.parent = parent
            self.level = 0
            self.disabled = False

        def setLevel(self, level):
            self.level = LEVELS[level] if isinstance(level, str) else level

        def getEffectiveLevel(self):
            return self.level or (self.parent.getEffectiveLevel() if self.parent is not None else 30)

        def isEnabledFor(self, level):
            return not self.disabled and level >= self.getEffectiveLevel()

        def log(self, level, message, *args, exc_info=None, **also_ignored):
            if not self.isEnabledFor(level):
                return
            import time
            values = dict(name=self.name, levelname=names.get(level, f"Level {level}"), levelno=level, message=str(message) % args if args else str(message),
                          asctime=time.strftime("%Y-%m-%d %H:%M:%S"), filename="<cell>", lineno=0, module="__main__", funcName="<module>", process=1, thread=1, threadName="MainThread")
            text = settings["format"] % values
            error = sys.exc_info()[1] if exc_info is True else exc_info
            if isinstance(error, BaseException):
                text += "\n" + HOST.format_error(error, {})[3].rstrip("\n")
            (settings["stream"] or sys.stderr).write(text + "\n")

        def debug(self, message, *args, **named):
            self.log(10, message, *args, **named)

        def info(self, message, *args, **named):
            self.log(20, message, *args, **named)

        def warning(self, message, *args, **named):
            self.log(30, message, *args, **named)

        def error(self, message, *args, **named):
            self.log(40, message, *args, **named)

        def critical(self, message, *args, **named):
            self.log(50, message, *args, **named)

        def exception(self, message, *args, **named):
            self.log(40, message, *args, exc_info=True, **named)

        def addHandler(self, handler):
            """Has no effect: records go to the cell's output."""

        removeHandler = addHandler
        warn = warning

    class Handler:
        """Has no effect: records go to the cell's output."""

        def __init__(self, *args, **kwargs):
            self.level = 0

        def setLevel(self, level):
            self.level = level

        def setFormatter(self, formatter):
            settings["format"] = getattr(formatter, "_format", settings["format"])

    class Formatter:
        def __init__(self, fmt=None, datefmt=None, style="%"):
            self._format = fmt or "%(message)s"

    settings = {"format": "%(levelname)s:%(name)s:%(message)s", "stream": None}
    root = Logger("root")
    loggers = {}

    def getLogger(name=None):
        if not name or name == "root":
            return root
        if name not in loggers:
            head = name.rpartition(".")[0]
            loggers[name] = Logger(name, getLogger(head) if head else root)
        return loggers[name]

    def basicConfig(*, level=None, format=None, stream=None, filename=None, **also_ignored):
        if filename is not None:
            raise PermissionError(f"logging writes to the cell's output: {FILES}")
        if level is not None:
            root.setLevel(level)
        settings["format"] = format or settings["format"]
        settings["stream"] = stream

    for cls in (Logger, Handler, Formatter):
        HOST.freeze(cls, True)
    table = dict(LEVELS, Logger=Logger, Handler=Handler, StreamHandler=Handler, NullHandler=Handler, Formatter=Formatter, getLogger=getLogger, basicConfig=basicConfig,
                 getLevelName=lambda level: names.get(level, f"Level {level}"), disable=lambda level=50: root.setLevel(level + 1))
    for name in ("debug", "info", "warning", "error", "critical", "exception", "log"):
        table[name] = getattr(root, name)
    return make_view("logging", table)


def _view_logging(module):
    return {}


def _own_warnings():
    """warnings for one session: what is warned of is shown once it is not recorded."""
    module = importlib.import_module("warnings")
    recorders = []

    def warn(message, category=None, stacklevel=1, source=None, **also_ignored):
        kind = type(message) if isinstance(message, Warning) else category or UserWarning
        if not (isinstance(kind, type) and issubclass(kind, Warning)):
            raise TypeError(f"category must be a Warning subclass, not '{kind!r}'")
        told = message if isinstance(message, Warning) else kind(message)
        if actions[-1] == "error":
            raise told
        if actions[-1] == "ignore":
            return
        if recorders and recorders[-1] is not None:
            recorders[-1].append(types.SimpleNamespace(message=told, category=kind, filename="<cell>", lineno=0, line=None, source=source))
        else:
            sys.stderr.write(f"{kind.__name__}: {told}\n")

    actions = ["default"]

    def simplefilter(action, *args, **kwargs):
        """For all warnings of this session; those of the library belong to the host."""
        actions[-1] = action

    class catch_warnings:
        def __init__(self, *, record=False, action=None, **also_ignored):
            self._record = record
            self._action = action

        def __enter__(self):
            recorders.append([] if self._record else None)
            actions.append(self._action or actions[-1])
            return recorders[-1]

        def __exit__(self, *details):
            recorders.pop()
            actions.pop()

    HOST.freeze(catch_warnings, True)
    return make_view("warnings", dict(warn=warn, simplefilter=simplefilter, filterwarnings=simplefilter, resetwarnings=lambda: simplefilter("default"),
                                      catch_warnings=catch_warnings, WarningMessage=types.SimpleNamespace, formatwarning=lambda message, category, *rest: f"{category.__name__}: {message}\n"))


OWN_VIEWS.update(logging=_own_logging, warnings=_own_warnings)
