"""Modules of which sessions have versions of their own: written for one thread without files, or the part of the library's that works on texts.

Runs in the namespace of module_views.py, behind it: `_view_<module>` makes what the view shows. Those named in OWN are not imported.
"""

# Why a module stays out, and what to write instead. Read by models.
REASONS = {
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

# Why members of modules stay out, for all of a module or for one.
WHY = {
    "abc": "classes of everybody are registered there",
    "ast": "source text runs by exec()",
    "asyncio": "there are no sockets, processes and loops of one's own; use await, gather, to_thread, TaskGroup",
    "base64": "there are no files; use b64encode, b64decode",
    "calendar": "it sets what everybody sees; use Calendar(firstweekday)",
    "codecs": "codecs and their error handlers are everybody's; use encode, decode, lookup",
    "contextlib": "there are no files",
    "decimal": "contexts are everybody's; use getcontext, localcontext, Context",
    "enum": "it changes classes of everybody; use Enum, IntEnum, Flag",
    "gc": "memory is the host's",
    "gettext": "there are no catalogs of messages",
    "hashlib": "it cannot be stopped while it counts; use pbkdf2_hmac",
    "inspect": "frames and code are not for sessions; use signature, getsource, getmembers",
    "io": "there are no files; use io.StringIO, io.BytesIO",
    "os.path": "there are no files; use io.StringIO, io.BytesIO",
    "pathlib": "there are no files; use PurePosixPath",
    "platform": "the machine is not for sessions to know",
    "re": "it is not in every Python; use compile, finditer",
    "shutil": "there are no files; use io.StringIO, io.BytesIO",
    "sys": "it is the interpreter's, which is everybody's",
    "threading": "threads of a session run one after the other",
    "time": "the clock is the machine's",
    "traceback": "frames are not shown; use format_exc, format_exception",
    "types": "it leads to frames and code",
    "typing": "it is kept for everybody",
    "uuid": "the machine is not for sessions to know; use uuid4",
    "warnings": "warnings go to the cell's output; use warn, catch_warnings(record=True)",
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


def unavailable(name, names, to_copy=False):
    """What an import of a module gives that sessions do not have: of the standard library's a value that tells why when used, so that the other imports of its line go on."""
    root = name.partition(".")[0]
    if to_copy and name == "weakref":
        return types.SimpleNamespace(WeakValueDictionary=dict, WeakKeyDictionary=dict, ref=lambda value, callback=None: lambda: value)
    if to_copy and name not in STAND_INS:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    if root in LEFT_OUT and name not in REASONS:
        raise ModuleNotFoundError(f"the module {name!r} is not available in this session", name=name)
    if root not in sys.stdlib_module_names:
        raise ModuleNotFoundError(f"No module named {name!r}: it is not installed in this session, which has modules of the standard library; {REASONS.get(root, 'use those')}", name=name)
    why = f"the module '{name}' is not available in this session: {REASONS.get(name) or REASONS.get(root) or 'available are ' + ', '.join(allowed())}"
    if not to_copy:
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


def _view_os(module):
    import secrets
    real = importlib.import_module("os")

    class Environment:
        """No variables."""

        __slots__ = ()

        def __getitem__(self, name):
            raise KeyError(f"{name}: os.environ is empty, there is no environment in this session")

        def __iter__(self):
            return iter(())

        def __len__(self):
            return 0

        def __contains__(self, name):
            return False

        def get(self, name, default=None):
            return default

        def keys(self):
            return {}.keys()

        def values(self):
            return {}.values()

        def items(self):
            return {}.items()

        def copy(self):
            return {}

        def __setitem__(self, name, value):
            raise PermissionError("os.environ is not available in this session: there is no environment; keep values in variables")

        setdefault = __setitem__

        def __repr__(self):
            return "environ({})"

    _freeze(real.PathLike, set())
    HOST.freeze(Environment, True)
    table = {name: _refuser("os", name) for name in (
        "listdir", "getcwd", "chdir", "mkdir", "makedirs", "remove", "removedirs", "rename", "replace", "rmdir", "unlink", "walk", "scandir", "stat", "lstat", "open", "link", "symlink", "access", "chmod", "truncate")}
    table.update({name: _refuser("os", name, "there are no processes; do it in Python") for name in ("system", "popen", "getpid", "getppid", "kill", "fork", "execv", "spawnv", "abort", "_exit", "waitpid") if name[0] != "_"})
    table.update({name: getattr(real, name) for name in ("fsencode", "fsdecode", "strerror", "SEEK_SET", "SEEK_CUR", "SEEK_END", "PathLike", "devnull")})
    table.update({name: value for name, value in vars(real).items() if name.isupper() and type(value) is int})
    for name in real.__all__:
        if name not in table and callable(getattr(real, name, None)) and not isinstance(getattr(real, name), type):
            table[name] = _refuser("os", name, "there are no files, processes and users; the text is in `context`")
    table.update(sep="/", altsep=None, linesep="\n", pathsep=":", curdir=".", pardir="..", extsep=".", name="posix", environ=Environment(), getenv=lambda name, default=None: default,
                 cpu_count=lambda: 1, fspath=_fspath, urandom=secrets.token_bytes, error=OSError)
    return table


def _fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    return type(path).__fspath__(path)


def _view_os_path(module):
    table = {name: getattr(module, name) for name in (
        "basename", "commonpath", "commonprefix", "dirname", "isabs", "join", "normcase", "normpath", "split", "splitdrive", "splitext", "sep", "altsep", "curdir", "pardir", "extsep", "pathsep", "defpath", "devnull", "splitroot", "supports_unicode_filenames") if hasattr(module, name)}
    table.update({name: _refuser("os.path", name) for name in ("exists", "lexists", "isjunction", "isdevdrive", "samestat", "sameopenfile", "getmtime", "getatime", "getctime", "getsize", "isdir", "isfile", "islink", "ismount", "realpath", "samefile")})

    def whole(name):
        def of_text(path):
            if not module.isabs(path) if name == "abspath" else str(path).startswith("~"):
                raise PermissionError(f"os.path.{name}() of {path!r} is not available in this session: {FILES}")
            return module.normpath(path) if name == "abspath" else path
        return of_text

    def relpath(path, start="."):
        return module.relpath(module.join("/", path), module.join("/", start))

    return dict(table, abspath=whole("abspath"), expanduser=whole("expanduser"), expandvars=lambda path: path, relpath=relpath)


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


OWN_VIEWS.update(warnings=_own_warnings)
