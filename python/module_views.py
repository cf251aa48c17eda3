"""What restricted sessions see of the standard library.

A session never holds a real module. It gets a view: an object without a dict whose public names stand in a class of
its own that nobody can change. Views of the same module are shared by all sessions, except where a module keeps state.
Runs in the host's interpreter on a thread of the host's; the host passes `freeze(class, on)`, `is_refused(name)` and `redirect(stream, which)`.
"""

import importlib
import sys
import types

# Names left out of a module whose other public names are shown: they reach files, processes, threads or the interpreter,
# run text as code, look up attributes by a name of the caller's choice, or change what other sessions see.
LEFT_OUT = {
    "abc": {"get_cache_token", "update_abstractmethods"},
    "ast": {"PyCF_ALLOW_TOP_LEVEL_AWAIT", "PyCF_ONLY_AST", "PyCF_OPTIMIZED_AST", "PyCF_TYPE_COMMENTS", "main", "contextmanager", "nullcontext", "auto", "IntEnum", "_simple_enum"},
    "asyncio": None,
    "base64": {"main", "test", "encode", "decode"},
    "binascii": set(),
    "bisect": set(),
    "calendar": {"main", "setfirstweekday", "different_locale", "LocaleTextCalendar", "LocaleHTMLCalendar"},
    "cmath": set(),
    "collections": set(),
    "collections.abc": set(),
    "colorsys": set(),
    "concurrent": set(),
    "concurrent.futures": None,
    "contextlib": {"redirect_stdin", "chdir"},
    "copy": {"dispatch_table"},
    "csv": {"register_dialect", "unregister_dialect", "field_size_limit"},
    "dataclasses": set(),
    "datetime": set(),
    "decimal": {"DefaultContext", "BasicContext", "ExtendedContext", "HAVE_CONTEXTVAR", "HAVE_THREADS"},
    "difflib": set(),
    "enum": {"property", "EnumMeta", "EnumType", "EnumDict", "global_enum", "global_enum_repr", "global_flag_repr", "global_str", "show_flag_values", "bin", "pickle_by_enum_name", "pickle_by_global_name"},
    "fnmatch": set(),
    "fractions": set(),
    "functools": {"singledispatch", "singledispatchmethod", "update_wrapper", "wraps"},
    "graphlib": set(),
    "hashlib": {"file_digest", "pbkdf2_hmac", "scrypt"},
    "heapq": set(),
    "hmac": set(),
    "html": set(),
    "html.entities": set(),
    "html.parser": set(),
    "io": None,
    "itertools": set(),
    "json": {"load"},
    "json.decoder": set(),
    "json.encoder": set(),
    "keyword": set(),
    "math": set(),
    "numbers": set(),
    "operator": {"attrgetter", "methodcaller"},
    "pprint": set(),
    "queue": {"SimpleQueue"},
    "random": None,
    "re": {"purge", "template", "Scanner"},
    "reprlib": {"recursive_repr"},
    "secrets": set(),
    "shlex": set(),
    "statistics": set(),
    "string": {"Formatter"},
    "struct": set(),
    "sys": None,
    "textwrap": set(),
    "time": {"clock_settime", "clock_settime_ns", "pthread_getcpuclockid", "tzset"},
    "traceback": None,
    "types": None,
    "typing": {"AnyStr", "get_type_hints", "ForwardRef", "evaluate_forward_ref", "clear_overloads", "get_overloads", "overload"},
    "unicodedata": set(),
    "urllib": set(),
    "urllib.parse": {"clear_cache"},
    "uuid": {"uuid1", "getnode", "main"},
    "warnings": None,
    "xml": set(),
    "xml.etree": set(),
    "xml.etree.ElementTree": {"parse", "iterparse", "register_namespace", "ElementInclude"},
    "zlib": set(),
    "__future__": set(),
}

# Modules that functions of a shown one import when first called.
ALSO_LOADED = {
    "datetime": ("_strptime",),
    "time": ("_strptime",),
    "calendar": ("locale",),
    "decimal": ("numbers",),
    "uuid": ("hashlib", "platform"),
    "xml.etree.ElementTree": ("xml.etree.cElementTree" if sys.version_info < (3, 9) else "pyexpat", "copy", "xml.etree.ElementPath"),
    "json": ("json.decoder", "json.encoder", "json.scanner"),
    "random": ("statistics",),
    "dataclasses": ("copy", "reprlib"),
    "base64": ("struct",),
    "statistics": ("random", "fractions", "decimal"),
    "hashlib": ("_blake2", "_sha3"),
    "difflib": ("re", "heapq"),
    "typing": ("collections.abc", "contextlib"),
    "traceback": ("linecache", "tokenize"),
    "fractions": ("decimal",),
    "asyncio": (),
    "pprint": ("dataclasses",),
    "functools": ("reprlib", "types"),
}

# What the standard library itself writes to when it is used.
KEPT_OPEN = {"_value2member_map_", "_member_map_", "_member_names_", "_unhashable_values_", "_hashable_values_", "_use_args_", "_member_type_"}

HOST = types.SimpleNamespace(freeze=None, is_refused=None, redirect=None, lock=None, is_restricted=None, format_error=None, cell_loop=None)
_shared = {}
_frozen = set()


class ModuleView:
    """What stands for a module."""

    __slots__ = ()

    def __repr__(self):
        return f"<module {self.__name__!r}>"

    def __reduce__(self):
        raise TypeError("modules cannot be copied")


def allowed():
    """The modules a session may import, in alphabetical order."""
    return sorted(name for name in LEFT_OUT if "." not in name)


def _public(module):
    names = getattr(module, "__all__", None) or vars(module)
    return [name for name in names if not name.startswith("_")]


def _freeze(cls, seen):
    if not isinstance(cls, type) or cls in seen:
        return
    seen.add(cls)
    for base in cls.__mro__:
        if base.__flags__ & (1 << 9) and base not in _frozen:
            _frozen.add(base)
            _close_tables(base)
            HOST.freeze(base, True)
    for value in list(vars(cls).values()):
        if isinstance(value, type) and value.__module__ != "builtins":
            _freeze(value, seen)


def _close_tables(cls):
    """Dicts, lists and sets that stand in a class are shared by all: they become views of themselves."""
    for name, value in list(vars(cls).items()):
        closed = types.MappingProxyType(value) if type(value) is dict else tuple(value) if type(value) is list else frozenset(value) if type(value) is set else None
        if closed is not None and name not in KEPT_OPEN and not (name.startswith("__") and name.endswith("__")):
            type.__setattr__(cls, name, closed)


def _shown(value):
    if isinstance(value, type):
        _freeze(value, set())
        return value
    if isinstance(value, types.ModuleType):
        return None
    if type(value) is dict:
        return types.MappingProxyType(value)
    if type(value) is list:
        return tuple(value)
    if type(value) is set:
        return frozenset(value)
    if type(value).__flags__ & (1 << 9):
        # An instance that all sessions share.
        HOST.lock(type(value))
    return value


def make_view(name, table):
    """A view with the given names."""
    body = {"__slots__": (), "__name__": name, "__doc__": f"The part of the module {name} that sessions may use.", "__all__": tuple(sorted(table))}
    for key, value in table.items():
        body[key] = staticmethod(value)
    view = type("module", (ModuleView,), body)
    HOST.freeze(view, True)
    return view()


def _children(name):
    head = name + "."
    return [child for child in LEFT_OUT if child.startswith(head) and "." not in child[len(head):]]


def _import(name):
    try:
        return importlib.import_module(name)
    except TypeError:
        # A few modules set attributes on classes of others while they load.
        for cls in _frozen:
            HOST.freeze(cls, False)
        try:
            return importlib.import_module(name)
        finally:
            for cls in _frozen:
                HOST.freeze(cls, True)


def view(name):
    """The shared view of a module, made (and the module imported) at first use."""
    ready = _shared.get(name)
    if ready is not None:
        return ready
    maker = globals().get("_view_" + name.replace(".", "_"))
    module = types.ModuleType(name) if name.startswith("concurrent") else _import(name)
    for also in ALSO_LOADED.get(name, ()):
        try:
            _import(also)
        except ImportError:
            pass
    if maker is not None:
        table = maker(module)
    else:
        table = {}
        for key in _public(module):
            value = getattr(module, key, None)
            if key in LEFT_OUT[name] or (value is None and key != "None") or isinstance(value, types.ModuleType):
                continue
            shown = _shown(value)
            if shown is not None:
                table[key] = shown
        adjust = globals().get("_adjust_" + name.replace(".", "_"))
        if adjust is not None:
            adjust(module, table)
    for child in _children(name):
        table[child.rpartition(".")[2]] = view(child)
    return _shared.setdefault(name, make_view(name, table))


def session_view(name):
    """The view for one session, of a module that keeps state; None for the others."""
    if name == "random":
        import random
        own = random.Random()
        table = {key: getattr(own, key) for key in random.__all__ if hasattr(own, key) and key not in ("Random", "SystemRandom")}
        table["Random"] = random.Random
        _freeze(random.Random, set())
        return make_view(name, table)
    return None


def _view_random(module):
    return {}


def _view_sys(module):
    shown = {key: getattr(sys, key) for key in (
        "version", "version_info", "hexversion", "maxsize", "maxunicode", "byteorder", "float_info", "int_info", "hash_info", "platform",
        "implementation", "getsizeof", "getrecursionlimit", "getdefaultencoding", "intern", "api_version", "copyright") if hasattr(sys, key)}
    shown["implementation"] = make_view("sys.implementation", {"name": sys.implementation.name, "version": sys.implementation.version})

    def exit(code=None):
        raise SystemExit(code)

    def setrecursionlimit(limit):
        """Has no effect: the limit belongs to the host."""

    def exc_info():
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        return (type(error), error, None) if error is not None else (None, None, None)

    shown.update(
        exit=exit, setrecursionlimit=setrecursionlimit, exc_info=exc_info, argv=("",), path=(), modules=types.MappingProxyType({}),
        stdout=sys.stdout, stderr=sys.stderr, stdin=sys.stdin, executable="", flags=(), getfilesystemencoding=lambda: "utf-8")
    return shown


def _view_io(module):
    for cls in (module.StringIO, module.BytesIO, module.TextIOWrapper, module.BufferedReader):
        _freeze(cls, set())
    return {key: getattr(module, key) for key in ("StringIO", "BytesIO", "TextIOWrapper", "BufferedReader", "BufferedWriter", "IOBase", "TextIOBase",
                                                  "UnsupportedOperation", "SEEK_SET", "SEEK_CUR", "SEEK_END", "DEFAULT_BUFFER_SIZE")}


def _view_types(module):
    return {key: getattr(module, key) for key in (
        "SimpleNamespace", "MappingProxyType", "GenericAlias", "UnionType", "NoneType", "NotImplementedType", "EllipsisType",
        "FunctionType", "LambdaType", "MethodType", "BuiltinFunctionType", "GeneratorType", "CoroutineType", "ModuleType") if hasattr(module, key)}


def _view_traceback(module):
    def format_exc(limit=None, chain=True):
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        return HOST.format_error(error, {})[3] if error is not None else "NoneType: None\n"

    def print_exc(limit=None, file=None, chain=True):
        (file or sys.stderr).write(format_exc())

    def format_exception(error, *ignored, **also_ignored):
        error = error if isinstance(error, BaseException) else ignored[0]
        return HOST.format_error(error, {})[3].splitlines(True)

    def format_exception_only(error, *ignored, **also_ignored):
        error = error if isinstance(error, BaseException) else ignored[0]
        return HOST.format_error(error, {})[3].splitlines(True)[-1:]

    def print_exception(error, *ignored, file=None, **also_ignored):
        (file or sys.stderr).write("".join(format_exception(error, *ignored)))

    return dict(format_exc=format_exc, print_exc=print_exc, format_exception=format_exception,
                format_exception_only=format_exception_only, print_exception=print_exception)


def _view_warnings(module):
    def warn(message, category=None, stacklevel=1, source=None, **also_ignored):
        kind = type(message) if isinstance(message, Warning) else category or UserWarning
        sys.stderr.write(f"{kind.__name__}: {message}\n")

    def ignored(*args, **kwargs):
        """Has no effect: the filters belong to the host."""

    class catch_warnings:
        def __init__(self, *, record=False, **also_ignored):
            self.record = record

        def __enter__(self):
            return [] if self.record else None

        def __exit__(self, *details):
            return None

    HOST.freeze(catch_warnings, True)
    return dict(warn=warn, filterwarnings=ignored, simplefilter=ignored, resetwarnings=ignored, catch_warnings=catch_warnings)


def _view_asyncio(module):
    names = ("gather", "sleep", "create_task", "ensure_future", "wait", "wait_for", "as_completed", "shield", "Semaphore", "BoundedSemaphore", "Lock",
             "Event", "Condition", "Queue", "PriorityQueue", "LifoQueue", "QueueEmpty", "QueueFull", "TaskGroup", "Task", "Future", "timeout", "iscoroutine",
             "iscoroutinefunction", "CancelledError", "TimeoutError", "InvalidStateError", "FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED", "current_task", "isfuture")
    table = {}
    for name in names:
        value = getattr(module, name, None)
        if value is not None:
            table[name] = _shown(value)

    def run(main, *, debug=None, **also_ignored):
        loop = HOST.cell_loop(module)
        try:
            return loop.run_until_complete(main)
        finally:
            loop.close()

    async def to_thread(func, /, *args, **kwargs):
        return func(*args, **kwargs)

    table.update(run=run, to_thread=to_thread)
    return table


def _view_concurrent_futures(module):
    class Future:
        """A call that is already done."""

        def __init__(self, value, error):
            self._value = value
            self._error = error

        def result(self, timeout=None):
            if self._error is not None:
                raise self._error
            return self._value

        def exception(self, timeout=None):
            return self._error

        def done(self):
            return True

        def running(self):
            return False

        def cancelled(self):
            return False

        def cancel(self):
            return False

        def add_done_callback(self, callback):
            callback(self)

    class ThreadPoolExecutor:
        """Sessions have one thread: each call is made where it is submitted."""

        def __init__(self, max_workers=None, *args, **kwargs):
            pass

        def submit(self, call, /, *args, **kwargs):
            try:
                return Future(call(*args, **kwargs), None)
            except Exception as error:
                return Future(None, error)

        def map(self, call, *iterables, timeout=None, chunksize=1):
            return iter([call(*values) for values in zip(*iterables)])

        def shutdown(self, wait=True, *, cancel_futures=False):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *details):
            return None

    def as_completed(futures, timeout=None):
        return iter(list(futures))

    def wait(futures, timeout=None, return_when="ALL_COMPLETED"):
        return set(futures), set()

    HOST.freeze(Future, True)
    HOST.freeze(ThreadPoolExecutor, True)
    return dict(ThreadPoolExecutor=ThreadPoolExecutor, Future=Future, as_completed=as_completed, wait=wait, TimeoutError=TimeoutError,
                ALL_COMPLETED="ALL_COMPLETED", FIRST_COMPLETED="FIRST_COMPLETED", FIRST_EXCEPTION="FIRST_EXCEPTION")


def _adjust_contextlib(module, table):
    def redirect(which):
        class redirector:
            def __init__(self, target):
                self._target = target
                self._before = []

            def __enter__(self):
                self._before.append(HOST.redirect(which, self._target))
                return self._target

            def __exit__(self, *details):
                HOST.redirect(which, self._before.pop())
                return None

        redirector.__name__ = redirector.__qualname__ = "redirect_" + which
        HOST.freeze(redirector, True)
        return redirector

    table["redirect_stdout"] = redirect("stdout")
    table["redirect_stderr"] = redirect("stderr")


def _adjust_functools(module, table):
    def wraps(wrapped, assigned=None, updated=None):
        """Takes the names and the docstring; which attributes cannot be chosen."""
        def decorate(wrapper):
            return module.update_wrapper(wrapper, wrapped)
        return decorate

    def update_wrapper(wrapper, wrapped, assigned=None, updated=None):
        return module.update_wrapper(wrapper, wrapped)

    table["wraps"] = wraps
    table["update_wrapper"] = update_wrapper


def _adjust_operator(module, table):
    def check(names):
        for name in names:
            if type(name) is not str:
                raise TypeError("attribute name must be a string")
            for part in name.split("."):
                if HOST.is_refused(part):
                    raise AttributeError(f"the name {part!r} is not available in this session")

    def attrgetter(*names):
        check(names)
        return module.attrgetter(*names)

    def methodcaller(name, /, *args, **kwargs):
        check((name,))
        return module.methodcaller(name, *args, **kwargs)

    table["attrgetter"] = attrgetter
    table["methodcaller"] = methodcaller


def _adjust_itertools(module, table):
    # In Python, so that each step is a moment at which the cell can be stopped.
    def count(start=0, step=1):
        while True:
            yield start
            start += step

    def repeat(object, times=None):
        if times is None:
            while True:
                yield object
        for _ in range(times):
            yield object

    def cycle(iterable):
        saved = []
        for item in iterable:
            saved.append(item)
            yield item
        while saved:
            for item in saved:
                yield item

    def stepwise(name):
        real = getattr(module, name)

        def steps(*args, **kwargs):
            for item in real(*args, **kwargs):
                yield item
        steps.__name__ = steps.__qualname__ = name
        return steps

    table.update(count=count, repeat=repeat, cycle=cycle)
    for name in ("product", "permutations", "combinations", "combinations_with_replacement"):
        table[name] = stepwise(name)


def _adjust_dataclasses(module, table):
    # Field names become source text: one that is no identifier would be code.
    real = module._get_field
    if getattr(real, "is_checked", False):
        return

    def checked(cls, a_name, *rest, **more):
        if not (type(a_name) is str and a_name.isidentifier()):
            raise TypeError(f"field names must be identifiers: {a_name!r}")
        return real(cls, a_name, *rest, **more)

    checked.is_checked = True
    module._get_field = checked
    process = module._process_class

    def process_class(cls, *rest, **more):
        for base in cls.__mro__:
            for field in (getattr(base, "__dataclass_fields__", None) or {}).values():
                if not (type(field.name) is str and field.name.isidentifier()):
                    raise TypeError(f"field names must be identifiers: {field.name!r}")
        return process(cls, *rest, **more)

    module._process_class = process_class


def _guard_registering():
    from abc import ABCMeta
    register = ABCMeta.register

    def checked(cls, subclass):
        """Registers a virtual subclass; a session may not do so for classes that are not its own."""
        if HOST.is_restricted() and (subclass in _frozen or not (isinstance(subclass, type) and subclass.__flags__ & (1 << 9))):
            raise TypeError("only classes of this session can be registered in this session")
        return register(cls, subclass)

    ABCMeta.register = checked


def _adjust_typing(module, table):
    table["overload"] = lambda function: function
    table["TYPE_CHECKING"] = False


def _adjust_json(module, table):
    table["JSONDecodeError"] = module.JSONDecodeError


def _adjust_uuid(module, table):
    for name in ("UUID", "uuid3", "uuid4", "uuid5", "NAMESPACE_DNS", "NAMESPACE_URL", "NAMESPACE_OID", "NAMESPACE_X500"):
        table[name] = _shown(getattr(module, name))


def call_until(call, sentinel):
    """What iter(call, sentinel) is: each step is a moment at which the cell can be stopped."""
    if not callable(call):
        raise TypeError("iter(v, w): v must be callable")

    def calls():
        while (value := call()) != sentinel:
            yield value
    return calls()


def dict_of_str():
    """The dict of the class str itself, not the view that str.__dict__ is."""
    import gc
    return next(held for held in gc.get_referents(str.__dict__) if type(held) is dict)


def guarded():
    """(type, its dict, attribute) of everything to be guarded."""
    import gc
    _guard_registering()

    def function():
        yield

    async def coroutine():
        pass

    async def generator():
        yield

    made = coroutine()
    made.close()
    try:
        raise ValueError
    except ValueError as error:
        traceback = error.__traceback__
    owners = {
        type: ("__subclasses__", "mro", "__mro__", "__base__", "__bases__"),
        type(function): ("__globals__", "__code__", "__closure__", "__builtins__", "__defaults__", "__kwdefaults__", "__dict__"),
        type(function()): ("gi_frame", "gi_code", "gi_yieldfrom"),
        type(made): ("cr_frame", "cr_code", "cr_await", "cr_origin"),
        type(generator()): ("ag_frame", "ag_code", "ag_await"),
        type(traceback): ("tb_frame", "tb_next"),
        type(traceback.tb_frame): ("f_back", "f_globals", "f_locals", "f_builtins", "f_code", "f_trace", "clear"),
        type(len): ("__self__",),
        types.MethodType: ("__self__", "__func__"),
        type("".join): ("__self__",),
        type([].__len__): ("__self__", "__objclass__"),
        type(list.append): ("__objclass__",),
        type(list.__len__): ("__objclass__",),
        types.ModuleType: ("__dict__", "__spec__", "__loader__"),
        AttributeError: ("obj",),
        types.CodeType: ("co_consts", "co_code", "replace", "co_names", "co_filename"),
        property: ("fget", "fset", "fdel"),
        staticmethod: ("__func__", "__wrapped__", "__dict__"),
        classmethod: ("__func__", "__wrapped__", "__dict__"),
    }
    found = []
    for owner, names in owners.items():
        table = next(held for held in gc.get_referents(owner.__dict__) if type(held) is dict)
        found += [(owner, table, name) for name in names if name in table]
    return found
