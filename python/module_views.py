"""What restricted sessions see of the standard library.

A session never holds a real module. It gets a view: an object without a dict whose public names stand in a class of
its own that nobody can change. Views of the same module are shared by all sessions, except where a module keeps state.
Runs in the host's interpreter while it starts; what makes the views (library_views.py, session_modules.py, language_modules.py) runs when a session first imports something.
"""

import functools
import importlib
import sys
import types

# The compiler imports it for names that are not ASCII and for "\\N{...}", on the thread that compiles: a session's may load nothing.
importlib.import_module("unicodedata")

# Names left out of a module whose other public names are shown: they reach files, processes, threads or the interpreter,
# run text as code, look up attributes by a name of the caller's choice, or change what other sessions see.
LEFT_OUT = {
    "abc": {"get_cache_token", "update_abstractmethods"},
    "ast": {"PyCF_ALLOW_TOP_LEVEL_AWAIT", "PyCF_ONLY_AST", "PyCF_OPTIMIZED_AST", "PyCF_TYPE_COMMENTS", "main", "contextmanager", "nullcontext", "auto", "IntEnum", "_simple_enum"},
    "array": None,
    "asyncio": None,
    "base64": {"main", "test", "encode", "decode"},
    "binascii": set(),
    "bisect": set(),
    "calendar": {"main", "setfirstweekday", "different_locale", "LocaleTextCalendar", "LocaleHTMLCalendar"},
    "cmath": set(),
    "codecs": None,
    "collections": set(),
    "collections.abc": set(),
    "colorsys": set(),
    "concurrent": set(),
    "concurrent.futures": None,
    "contextlib": {"redirect_stdin", "chdir"},
    "contextvars": None,
    "copy": {"dispatch_table"},
    "csv": set(),
    "dataclasses": set(),
    "datetime": set(),
    "decimal": {"DefaultContext", "BasicContext", "ExtendedContext", "HAVE_CONTEXTVAR", "HAVE_THREADS"},
    "difflib": set(),
    "errno": set(),
    "enum": {"property", "EnumMeta", "EnumType", "EnumDict", "global_enum", "global_enum_repr", "global_flag_repr", "global_str", "show_flag_values", "bin", "pickle_by_enum_name", "pickle_by_global_name"},
    "fnmatch": set(),
    "fractions": set(),
    "functools": {"update_wrapper", "wraps"},
    "gc": None,
    "gettext": None,
    "graphlib": set(),
    "hashlib": {"scrypt"},
    "heapq": set(),
    "hmac": set(),
    "html": set(),
    "html.entities": set(),
    "html.parser": set(),
    "inspect": None,
    "io": None,
    "itertools": set(),
    "json": set(),
    "json.decoder": set(),
    "json.encoder": set(),
    "keyword": set(),
    "locale": None,
    "logging": None,
    "math": set(),
    "numbers": set(),
    "operator": set(),
    "os": None,
    "os.path": None,
    "pathlib": None,
    "platform": None,
    "posixpath": None,
    "pprint": set(),
    "queue": set(),
    "random": None,
    "re": {"template", "Scanner"},
    "reprlib": set(),
    "secrets": set(),
    "shlex": set(),
    "shutil": None,
    "stat": set(),
    "statistics": set(),
    "string": set(),
    "struct": set(),
    "sys": None,
    "textwrap": set(),
    "threading": None,
    "time": {"clock_settime", "clock_settime_ns", "pthread_getcpuclockid", "tzset"},
    "token": set(),
    "tokenize": {"open", "main", "lru_cache", "tokenize_loop"},
    "traceback": None,
    "types": None,
    "typing": {"AnyStr", "get_type_hints", "ForwardRef", "evaluate_forward_ref", "clear_overloads", "get_overloads", "overload"},
    "unicodedata": set(),
    "urllib": set(),
    "urllib.parse": {"clear_cache"},
    "uuid": {"getnode", "main"},
    "warnings": None,
    "weakref": None,
    "xml": set(),
    "xml.etree": set(),
    "xml.etree.ElementTree": {"ElementInclude"},
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
    "typing": ("collections.abc", "contextlib", "inspect"),
    "traceback": ("linecache", "tokenize"),
    "fractions": ("decimal",),
    "asyncio": (),
    "pprint": ("dataclasses",),
    "functools": ("reprlib", "types"),
}

# Of these sessions have versions of their own (session_modules.py), for one thread without files.
OWN = {"array", "concurrent", "concurrent.futures", "gc", "gettext", "logging", "os", "pathlib", "platform", "posixpath", "shutil", "threading"}

# Each session has a view of its own.
STATEFUL = {"csv", "logging", "random", "reprlib", "sys", "uuid", "warnings"}

# These each session runs for itself (session_copies.py); `package.*` is all that a package holds.
COPIED = {
    "argparse", "builtins", "configparser", "email", "email.*", "email.mime.*", "getopt", "gzip", "_compression", "http", "http.cookies", "ipaddress", "optparse", "quopri", "sched",
    "tarfile", "timeit", "tomllib", "tomllib.*", "uu", "xml.sax", "xml.sax.saxutils", "xml.sax.handler", "xml.sax.xmlreader", "xml.sax._exceptions",
    "zipfile", "zipfile.*", "zipfile._path.*", "zoneinfo", "zoneinfo.*", "compression", "compression._common", "compression._common._streams",
}

# What functions of the library import when they first need it, beside the modules above. None of them reaches files, processes or sockets by itself.
LAZILY_LOADED = {
    "_blake2", "_collections_abc", "_locale", "_md5", "_pylong", "_sha1", "_sha2", "_sha256", "_sha3", "_sha512", "_strptime", "_suggestions",
    "inspect", "linecache", "locale", "pyexpat", "re._constants", "sre_constants", "tokenize", "tracemalloc", "weakref", "xml.parsers", "xml.parsers.expat",
}

HOST = types.SimpleNamespace(freeze=None, seal=None, mend_memoryview=None, mend_bytearray=None, mend_element=None, mend_signals=None, is_refused=None, is_readable=None,
                             redirect=None, share=None, is_shared=None, own=None, is_restricted=None, format_error=None, shown_file=None, cell_loop=None,
                             session_builtins=None, evaluate=None, is_confined=None, find_module=None, load_codec=None, load_module=None, cell_source=None, session_stop=None, find_zone=None, remake=None, on_host=None, find_copy=None, keep=None,
                             sees_packages=None, count_arrays=None, is_allowed=None, load_allowed=None, hold_interrupts=None)
# Where the library is. Trusted sessions add to sys.path what is installed besides.
LIBRARY_FOLDERS = tuple(sys.path)

# Makers of views that keep state, one for each session.
OWN_VIEWS = {}

_shared = {}
_frozen = set()
_walked = set()


def _replace(cls, **functions):
    """Gives a class that sessions cannot change functions that they cannot change either."""
    HOST.freeze(cls, False)
    for name, function in functions.items():
        setattr(cls, name, function)
        HOST.share(function)
    HOST.freeze(cls, True)


def _adjust_abc(module, table):
    # What counts as a Sequence or a Number is everybody's. A session registers only classes of its own.
    import abc
    meta = module.ABCMeta
    real = meta.register
    if "is_checked" in vars(real):
        return

    flags = type.__dict__["__flags__"].__get__
    bases = type.__dict__["__mro__"].__get__

    def is_own(cls):
        return flags(cls) & (1 << 9) and not flags(cls) & (1 << 40 | 1 << 8)

    def register(cls, subclass):
        """Register a virtual subclass of an ABC. Returns the subclass."""
        if HOST.is_restricted() and isinstance(subclass, type):
            if is_own(type(subclass)):
                # abc would ask it on behalf of other sessions.
                raise TypeError("a class whose metaclass is of this session cannot be registered")
            if not is_own(subclass) and not all(is_own(base) or base in (object, abc.ABC) for base in bases(cls)):
                raise TypeError("only classes of this session can be registered with an abstract class of the library")
        return real(cls, subclass)

    def unavailable(cls, *ignored):
        raise PermissionError("registries of classes are not available in this session")

    register.is_checked = True
    _replace(meta, register=register, _dump_registry=unavailable, _abc_registry_clear=unavailable, _abc_caches_clear=unavailable)


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


def instance_dicts():
    """The attribute __dict__ as it stands in classes written in Python: all of them share these two."""
    class Plain:
        pass

    class Slotted:
        __slots__ = ("__dict__",)

    return [vars(Plain)["__dict__"], vars(Slotted)["__dict__"]]


def guarded():
    """(type, its dict, attribute) of everything to be guarded."""
    import gc
    import abc
    _adjust_abc(abc, {})

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
        object: ("__getstate__",),
        type: ("__subclasses__", "mro", "__mro__", "__base__", "__bases__", "__annotations__", "__dict__"),
        functools.partial: ("__dict__",),
        type(functools.lru_cache(len)): ("__dict__",),
        type(function): ("__annotations__", "__globals__", "__code__", "__closure__", "__builtins__", "__defaults__", "__kwdefaults__", "__dict__"),
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


# Modules of `encodings` to which no alias leads.
UNALIASED_CODECS = {
    "charmap", "cp1006", "cp720", "cp737", "cp856", "cp874", "cp875", "idna", "iso8859_1", "koi8_t", "koi8_u", "mac_arabic", "mac_croatian", "mac_farsi",
    "mac_romanian", "palmos", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf_8_sig",
}

# bz2 compresses a large text for long inside C, by a module that sessions do not have; the others are Windows' own.
CODECS_LEFT_OUT = {"bz2_codec", "mbcs", "oem"}


def _codec_module(name):
    """The module of `encodings` in which a codec is, or None where there is no such codec."""
    import encodings
    if len(name) > 40:
        return None
    plain = encodings.normalize_encoding(name)
    aliases = encodings.aliases.aliases
    module = aliases.get(plain) or aliases.get(plain.replace(".", "_")) or plain
    known = module in UNALIASED_CODECS or module in aliases.values()
    return module if known and module not in CODECS_LEFT_OUT else None


def contain_codecs():
    """A session's name for a codec leads to a module of `encodings` or nowhere, and leaves nothing behind: their own search keeps what it did not find."""
    import codecs
    import encodings
    search = encodings.search_function

    def find(name):
        if HOST.is_restricted():
            if _codec_module(name) is None:
                return None
            if name not in encodings._cache:
                HOST.load_codec(name)
            return encodings._cache.get(name)
        found = search(name)
        if found is None:
            encodings._cache.pop(name, None)
        return found

    codecs.unregister(search)
    codecs.register(find)


def _is_part(name):
    """Whether a.b is an attribute b of a module a that is loaded."""
    module, _, part = name.rpartition(".")
    return module in sys.modules and hasattr(sys.modules[module], part)


def contain_imports():
    """Functions of the library import modules when they first need them, in a session on a thread that may read no files: the host's loads those that are harmless."""
    import builtins
    real = builtins.__import__

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        if type(name) is str and level == 0 and HOST.is_restricted():
            if name == "typing" and not hasattr(getattr(sys.modules.get(name), "get_type_hints", None), "is_checked"):
                HOST.load_module(name)
            for wanted in (name, *(f"{name}.{part}" for part in fromlist or () if type(part) is str)):
                if wanted in sys.modules:
                    continue
                if wanted in LAZILY_LOADED or wanted in LEFT_OUT:
                    HOST.load_module(wanted)
                elif globals is not None and HOST.is_allowed(globals.get("__name__", "")) and not _is_part(wanted):
                    HOST.load_allowed(wanted)
        if HOST.is_restricted():
            return real(name, globals, locals, fromlist, level)
        # Interrupted half-way a module may be lost to all sessions: extension modules load once in a process.
        HOST.hold_interrupts(True)
        try:
            return real(name, globals, locals, fromlist, level)
        finally:
            HOST.hold_interrupts(False)

    HOST.share(__import__)
    builtins.__import__ = __import__
