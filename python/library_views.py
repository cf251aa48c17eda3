"""Views of modules of the library: how they are made, and what is changed in the modules before they are shown.

Runs in the namespace of module_views.py when a session first imports something.
"""

class ModuleView:
    """What stands for a module."""

    __slots__ = ()

    def __getattr__(self, name):
        if type(name) is str and (copy := HOST.find_copy(f"{self.__name__}.{name}")) is not None:
            return copy
        why = WHY.get(f"{self.__name__}.{name}") or WHY.get(self.__name__, "it reaches what other sessions have")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} in this session ({self.__name__}.{name}): {why}; it has: {', '.join(self.__all__)}"[:2000])

    def __repr__(self):
        return f"<module {self.__name__!r}>"

    def __reduce__(self):
        raise TypeError("modules cannot be copied")


def allowed():
    """The modules a session may import, in alphabetical order."""
    return sorted(name for name in LEFT_OUT | dict.fromkeys(COPIED) if "." not in name and not name.startswith("_"))


def _public(module):
    names = getattr(module, "__all__", None) or vars(module)
    return [name for name in names if not name.startswith("_")]


def _freeze(cls, seen):
    if not isinstance(cls, type) or cls in seen:
        return
    seen.add(cls)
    for base in cls.__mro__:
        _close(base)
        # typing sets an attribute of ByteString when it is first imported, maybe by a trusted session.
        if base.__flags__ & (1 << 9) and base not in _frozen and base.__name__ != "ByteString":
            _frozen.add(base)
            HOST.freeze(base, True)
    for value in list(vars(cls).values()):
        if isinstance(value, type) and value.__module__ != "builtins":
            _freeze(value, seen)


def _close(cls):
    """Takes from a class of the library what sessions could change: containers, functions with attributes, enum members."""
    if not cls.__flags__ & (1 << 9) or cls in _frozen:
        return
    for key, value in list(vars(cls).items()):
        inner = getattr(value, "__func__", value)
        inner = getattr(value, "fget", inner)
        while isinstance(inner, types.FunctionType):
            HOST.share(inner)
            inner = vars(inner).get("__wrapped__")
        if key.startswith("__") or not isinstance(value, (dict, list, set)):
            continue
        if key == "_field_types":
            # C code of ast wants the dict, which it gets from here as a copy.
            setattr(cls, key, _Copied(value))
            continue
        if key == "_value2member_map_":
            setattr(cls, key, _members(cls, value))
            continue
        if type(value) in (dict, list, set):
            try:
                setattr(cls, key, _copied(value))
            except (TypeError, AttributeError):
                pass
    for member in getattr(cls, "__members__", {}).values():
        HOST.share(member)


class _Copied:
    """An attribute of a class: each look gives a copy of a dict."""

    __slots__ = ("_held",)

    def __init__(self, held):
        self._held = held

    def __get__(self, instance, owner):
        return dict(self._held)


def _members(cls, table):
    """The members of an Enum by value. Flags note combined values there when they first meet them; those of sessions are not kept."""
    import itertools
    if issubclass(cls, sys.modules["enum"].Flag):
        # Those that are worth keeping: every choice of the first few flags.
        for count in range(2, 7):
            for some in itertools.combinations(list(cls)[:6], count):
                cls(sum(member.value for member in some))

    def of(name):
        method = getattr(types.MappingProxyType(table), name)
        return lambda self, *arguments: method(*arguments)

    def setdefault(self, value, member):
        return table.get(value, member) if HOST.is_restricted() else table.setdefault(value, member)

    body = {name: of(name) for name in ("__getitem__", "__contains__", "__iter__", "__len__", "get", "items", "keys", "values")}
    body["setdefault"] = setdefault
    for method in body.values():
        HOST.share(method)
    made = type("Members", (), {"__slots__": (), **body})
    HOST.freeze(made, True)
    return made()


def _share(value):
    if type(value).__name__ == "UUID":
        # Sets its own fields by object.__setattr__, which a changed slot would forbid.
        return
    if isinstance(value, types.FunctionType) or not isinstance(value, type) and type(value).__flags__ & (1 << 9):
        HOST.share(value)
        _close(type(value))
        inner = getattr(value, "__wrapped__", None)
        if isinstance(inner, types.FunctionType):
            HOST.share(inner)


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
    return value


def make_view(name, table, own=()):
    """A view with the given names, of which the session may change some."""
    body = {"__slots__": (), "__name__": name, "__doc__": f"The part of the module {name} that sessions may use.", "__all__": tuple(sorted(key for key in table if key[0] != "_" or key == "__version__"))}
    for key, value in table.items():
        if key not in own:
            _share(value)
        # Only what would bind is wrapped: staticmethod has a class make a dict of annotations, and that of a metaclass would be its classes' too.
        body[key] = staticmethod(value) if hasattr(type(value), "__get__") else value
    view = type("module", (ModuleView,), body)
    HOST.freeze(view, True)
    return view()


def _children(name):
    head = name + "."
    return [child for child in LEFT_OUT if child.startswith(head) and "." not in child[len(head):]]


def _import(name):
    try:
        module = importlib.import_module(name)
    except TypeError:
        # A few modules set attributes on classes of others while they load.
        for cls in _frozen:
            HOST.freeze(cls, False)
        try:
            module = importlib.import_module(name)
        finally:
            for cls in _frozen:
                HOST.freeze(cls, True)
    _guard_hints()
    _share_functions()
    return module


def _guard_hints():
    """Library functions (singledispatch) evaluate annotations too: by typing's own those of sessions would be evaluated with the library's builtins."""
    typing = sys.modules.get("typing")
    if typing is None or hasattr(typing.get_type_hints, "is_checked"):
        return
    real, own = typing.get_type_hints, _hints_of(typing)

    def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
        return (own if HOST.is_restricted() else real)(obj, globalns, localns, include_extras)

    get_type_hints.is_checked = True
    functools.update_wrapper(get_type_hints, real)
    HOST.share(get_type_hints)
    typing.get_type_hints = get_type_hints


def _share_functions():
    """
    Shares the functions of all modules loaded since: library code sets attributes on what it is given (typing.final, functools.update_wrapper).
    Classes keep their annotations where nobody can change them.
    """
    seen = set()
    for name, module in list(sys.modules.items()):
        if name not in _walked and name.partition(".")[0] in sys.stdlib_module_names and isinstance(module, types.ModuleType):
            _walked.add(name)
            for value in list(vars(module).values()):
                _share_in(value, seen)


def _share_in(value, seen):
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, types.FunctionType):
        HOST.share(value)
        for cell in value.__closure__ or ():
            try:
                _share_in(cell.cell_contents, seen)
            except ValueError:
                pass  # Empty yet.
        _share_in(vars(value).get("__wrapped__"), seen)
    elif isinstance(value, (staticmethod, classmethod)):
        _share_in(value.__func__, seen)
    elif isinstance(value, property):
        HOST.share(value)
        for part in (value.fget, value.fset, value.fdel):
            _share_in(part, seen)
    elif isinstance(value, type):
        HOST.own(value)
        table = type.__dict__["__dict__"].__get__(value)
        for key in ("__annotations__", "__slots__", "__dataclass_fields__"):
            # Instances lead to them past the guard of type.__annotations__.
            if type(held := table.get(key)) in (dict, list):
                HOST.freeze(value, False)
                setattr(value, key, types.MappingProxyType(dict(held)) if type(held) is dict else tuple(held))
                HOST.freeze(value, value in _frozen)
        for part in list(table.values()):
            _share_in(part, seen)
    elif type(parts := getattr(value, "__dict__", None)) is dict and not isinstance(value, types.ModuleType):
        # An alias of typing's sets its own fields by object.__setattr__, as a UUID does.
        if LEFT_OUT.get(type(value).__module__) is not None and type(value).__module__ not in ("typing", "uuid"):
            HOST.share(value)
        for part in list(parts.values()):
            if isinstance(part, types.FunctionType):
                _share_in(part, seen)


def view(name):
    """The shared view of a module, made (and the module imported) at first use."""
    ready = _shared.get(name)
    if ready is not None:
        return ready
    if not _shared:
        _prepare()
    maker = globals().get("_view_" + name.replace(".", "_"))
    module = types.ModuleType(name) if name in OWN else _import(name)
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
    mend = globals().get("_mend_" + name.replace(".", "_"))
    if mend is not None:
        mend(module, table)
    for child in _children(name):
        table[child.rpartition(".")[2]] = view(child)
    for value in table.values():
        if isinstance(value, types.MethodType) and not isinstance(value.__self__, type):
            # It leads to its object: copy.deepcopy, functools.partialmethod.
            _share(value.__self__)
    return _shared.setdefault(name, make_view(name, table))


def session_view(name):
    """The view for one session, of a module that keeps state; None for the others."""
    if name in OWN_VIEWS:
        return OWN_VIEWS[name]()
    if name == "random":
        import random
        own = random.Random()
        table = {key: getattr(own, key) for key in random.__all__ if hasattr(own, key) and key not in ("Random", "SystemRandom")}
        for cls in (random.Random, random.SystemRandom):
            table[cls.__name__] = cls
            _freeze(cls, set())
        return make_view(name, table)
    if name == "uuid":
        # A UUID sets its own fields by object.__setattr__, and so could a session.
        import uuid
        table = {key: getattr(view(name), key) for key in view(name).__all__}
        table.update((key, uuid.UUID(value.hex)) for key, value in list(table.items()) if type(value) is uuid.UUID)
        return make_view(name, table)
    return None


def _own_sys():
    shared = view("sys")
    return make_view("sys", {name: getattr(shared, name) for name in shared.__all__} | dict(argv=[""], path=[]), own={"argv", "path"})


OWN_VIEWS["sys"] = _own_sys


def _view_random(module):
    return {}


def _view_sys(module):
    shown = {key: getattr(sys, key) for key in (
        "version", "version_info", "hexversion", "maxsize", "maxunicode", "byteorder", "float_info", "int_info", "hash_info", "platform",
        "implementation", "getsizeof", "getrecursionlimit", "getdefaultencoding", "getfilesystemencodeerrors", "intern", "api_version", "copyright", "getrefcount", "is_finalizing", "getswitchinterval", "thread_info", "float_repr_style", "stdlib_module_names",
        "builtin_module_names", "exception", "get_int_max_str_digits") if hasattr(sys, key)}
    shown["implementation"] = make_view("sys.implementation", {"name": sys.implementation.name, "version": sys.implementation.version})

    exit = HOST.session_stop("sys.exit")

    def setrecursionlimit(limit):
        """Has no effect: the limit belongs to the host."""

    def exc_info():
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        return (type(error), error, None) if error is not None else (None, None, None)

    shown.update(
        exit=exit, setrecursionlimit=setrecursionlimit, exc_info=exc_info, argv=("",), path=(), modules=types.MappingProxyType({}),
        stdout=sys.stdout, stderr=sys.stderr, stdin=sys.stdin, executable="", flags=sys.flags, getfilesystemencoding=lambda: "utf-8")
    return shown




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
    return {}


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
    real_get = module.cached_property.__get__

    def get(self, instance, owner=None):
        if HOST.is_shared(instance):
            raise TypeError("objects of the standard library cannot be changed in this session")
        return real_get(self, instance, owner)

    if not getattr(real_get, "is_checked", False):
        get.is_checked = True
        HOST.freeze(module.cached_property, False)
        module.cached_property.__get__ = get
        HOST.freeze(module.cached_property, True)
        HOST.share(get)

    for functions in module._convert.values():
        for name, function in functions:
            if function.__name__ != name:
                function.__name__ = name
    table["total_ordering"] = _order_totally


def _order_totally(cls):
    """functools.total_ordering, whose own sets the names of functions that everybody has."""
    convert = sys.modules["functools"]._convert
    roots = {name for name in convert if getattr(cls, name, None) is not getattr(object, name, None)}
    if not roots:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    for name, function in convert[max(roots)]:
        if name not in roots:
            setattr(cls, name, function)
    return cls


def _adjust_string(module, table):
    # Fields name attributes: those that sessions may not have are not looked up.
    real = module.Formatter.get_field
    if getattr(real, "is_checked", False):
        return

    def get_field(self, field_name, args, kwargs):
        if HOST.is_restricted():
            for is_attribute, name in module._string.formatter_field_name_split(field_name)[1]:
                if is_attribute and not HOST.is_readable(name):
                    raise AttributeError(f"the name {name!r} is not available in this session")
        return real(self, field_name, args, kwargs)

    get_field.is_checked = True
    _replace(module.Formatter, get_field=get_field)


def _adjust_csv(module, table):
    if module.field_size_limit() < sys.maxsize >> 32:
        # Sessions raise it at times; for everybody it is as high as it can be.
        module.field_size_limit(sys.maxsize >> 32)


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


def _adjust_enum(module, table):
    # Enum._convert_ copies names out of, and into, any loaded module.
    meta = type(module.Enum)
    if "is_checked" in vars(meta._convert_):
        return
    real = meta._convert_

    def _convert_(cls, *args, **kwargs):
        if HOST.is_restricted():
            raise PermissionError("_convert_() is not available in this session")
        return real(cls, *args, **kwargs)

    _convert_.is_checked = True
    _replace(meta, _convert_=_convert_)


def _adjust_copy(module, table):
    # What __reduce_ex__ says is to be built may be an object that everybody has.
    real = module._reconstruct
    if getattr(real, "is_checked", False):
        return

    def checked(x, memo, func, args, *rest, **more):
        def build(*values):
            made = func(*values)
            if HOST.is_shared(made) or isinstance(made, (type, types.FunctionType, types.ModuleType)):
                raise TypeError("cannot copy")
            return made
        return real(x, memo, build, args, *rest, **more)

    checked.is_checked = True
    module._reconstruct = checked

    # A bound method leads to its object, which the caller's memo would be given.
    real_method = module._deepcopy_dispatch[types.MethodType]

    def method(x, memo):
        return x if HOST.is_restricted() and HOST.is_shared(x.__self__) else real_method(x, memo)

    module._deepcopy_dispatch[types.MethodType] = method


def _adjust_re(module, table):
    def purge():
        """Has no effect: the patterns that are kept belong to the host."""

    table["purge"] = purge
    if "DEBUG" in module.RegexFlag.__members__:
        table.setdefault("DEBUG", module.RegexFlag.DEBUG)

    # The cache of patterns is everybody's: a key must not compare as a session's class likes.
    real = module._compile
    if getattr(real, "is_checked", False):
        return
    plain = module.RegexFlag

    def _compile(pattern, flags):
        kind = type(flags)
        if kind is not int and kind is not plain:
            flags = int(flags)
        return real(pattern, flags)

    _compile.is_checked = True
    module._compile = _compile
    for name in ("_compile_template", "_compile_repl"):
        cached = getattr(module, name, None)
        if cached is not None:
            setattr(module, name, _exact(cached))


def _exact(cached):
    """A cached function that keeps only what plain values give."""
    import re
    plain = {str, bytes, int, bool, type(None), re.Pattern}

    def call(*args, **named):
        for value in (*args, *named.values()):
            if type(value) not in plain:
                return cached.__wrapped__(*args, **named)
        return cached(*args, **named)
    return call


def _adjust_fnmatch(module, table):
    if hasattr(module._compile_pattern, "__wrapped__"):
        module._compile_pattern = _exact(module._compile_pattern)


def _adjust_urllib_parse(module, table):
    if hasattr(module.urlsplit, "__wrapped__"):
        module.urlsplit = _exact(module.urlsplit)
        HOST.share(module.urlsplit)
    table["urlsplit"] = module.urlsplit


def _adjust_zlib(module, table):
    if hasattr(module, "_ZlibDecompressor"):
        # Of gzip, which sessions run for themselves.
        table["_ZlibDecompressor"] = _shown(module._ZlibDecompressor)


def _adjust_unicodedata(module, table):
    table["normalize"] = _normalize_short_runs(module)


def _adjust_difflib(module, table):
    # Counts the tables it made in its class, which is everybody's.
    real = module.HtmlDiff._make_prefix
    if getattr(real, "is_checked", False):
        return

    def _make_prefix(self):
        if not HOST.is_restricted():
            return real(self)
        number = vars(self).get("_made", 0)
        self._made = number + 1
        self._prefix = [f"from{number}_", f"to{number}_"]

    _make_prefix.is_checked = True
    _replace(module.HtmlDiff, _make_prefix=_make_prefix)


def _normalize_short_runs(database):
    """normalize(): sorting a run of combining marks takes the square of its length, inside C."""
    real, combining = database.normalize, database.combining

    def normalize(form, unistr, /):
        if isinstance(unistr, str) and len(unistr) > 5000 and not unistr.isascii():
            run = 0
            for character in unistr:
                run = run + 1 if combining(character) else 0
                if run > 5000:
                    raise ValueError("more than 5,000 combining marks in a row")
        return real(form, unistr)

    return normalize


def _adjust_xml_etree_ElementTree(module, table):
    table["parse"] = _from_file_object("parse", module.parse)
    table["iterparse"] = _from_file_object("iterparse", module.iterparse)
    if not isinstance(module._namespace_map, _Prefixes):
        module._namespace_map = _Prefixes(module._namespace_map)

    def register_namespace(prefix, uri):
        """For this session."""
        module.register_namespace(str(prefix), str(uri))

    table["register_namespace"] = register_namespace

    # CPython's remove() reads freed memory when an __eq__ of the children changes the element (gh-126033).
    import gc
    methods = next((held for held in gc.get_referents(module.Element.__dict__) if type(held) is dict), None)
    real = module.Element.remove
    if methods is None or isinstance(real, types.FunctionType):
        return
    delete = module.Element.__delitem__

    def remove(self, subelement, /):
        for index, child in enumerate(list(self)):
            if child is subelement:
                delete(self, index)
                return
        raise ValueError("Element.remove(x): element not found")

    methods["remove"] = remove
    HOST.share(remove)
    frozen = bool(module.Element.__flags__ & (1 << 8))
    HOST.freeze(module.Element, frozen)


class _Prefixes:
    """The prefixes of XML namespaces: everybody's, and those that a session registered."""

    __slots__ = ("_everybodys",)

    def __init__(self, everybodys):
        self._everybodys = everybodys

    def _own(self):
        return HOST.keep("<prefixes>", dict) if HOST.is_restricted() else self._everybodys

    def get(self, uri, default=None):
        own = self._own()
        if uri in own:
            return own[uri]
        prefix = self._everybodys.get(uri, default)
        return None if prefix in own.values() else prefix

    def items(self):
        return self._own().items()

    def __setitem__(self, uri, prefix):
        self._own()[uri] = prefix

    def __delitem__(self, uri):
        del self._own()[uri]


def _from_file_object(name, real):
    def read(source, *arguments, **named):
        if not hasattr(source, "read"):
            raise PermissionError(f"{name}() reads no files in this session: give it io.StringIO(text)")
        return real(source, *arguments, **named)

    read.__name__ = read.__qualname__ = name
    return read


def _adjust_struct(module, table):
    # Formats are kept in a cache of everybody's too.
    def plain(real):
        def call(format, /, *args, **kwargs):
            if type(format) is not str and type(format) is not bytes:
                raise TypeError("the format must be a str or bytes")
            return real(format, *args, **kwargs)
        call.__name__ = call.__qualname__ = real.__name__
        return call

    for name in ("pack", "pack_into", "unpack", "unpack_from", "iter_unpack", "calcsize"):
        table[name] = plain(getattr(module, name))


def _adjust_dataclasses(module, table):
    # Field names become source text: one that is no identifier would be code.
    real = module._get_field
    if getattr(real, "is_checked", False):
        return

    def checked(cls, a_name, *rest, **more):
        if not (type(a_name) is str and a_name.isidentifier()):
            raise TypeError(f"field names must be identifiers: {a_name!r}")
        if HOST.is_restricted() and HOST.is_refused(a_name):
            raise TypeError(f"the name {a_name!r} is not available in this session")
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

    # The methods that are made from text are the session's code, not the library's: their globals say so.
    def own(globals):
        return {"__name__": (globals or {}).get("__name__", "__main__"), "__builtins__": HOST.session_builtins()} if HOST.is_restricted() else globals

    if hasattr(module, "_FuncBuilder"):
        begin = module._FuncBuilder.__init__

        def __init__(self, globals):
            begin(self, own(globals))

        module._FuncBuilder.__init__ = __init__
    else:
        create = module._create_fn

        def _create_fn(name, args, body, *, globals=None, **more):
            return create(name, args, body, globals=own(globals), **more)

        module._create_fn = _create_fn


def _adjust_typing(module, table):
    # What List[int] gives is kept for everybody, and can be changed.
    def own(cached):
        def call(*args):
            return cached.__wrapped__(*args) if HOST.is_restricted() else cached(*args)
        return call

    kept = type(functools.lru_cache(len))
    owners = [module, *(value for value in vars(module).values() if isinstance(value, type) and value.__module__ == "typing")]
    functions = [getattr(value, "__func__", value) for owner in owners for value in vars(owner).values()]
    functions += [function for value in vars(module).values() if isinstance(function := getattr(value, "_getitem", None), types.FunctionType)]
    for function in functions:
        for cell in getattr(function, "__closure__", None) or ():
            if type(cell.cell_contents) is kept:
                cell.cell_contents = own(cell.cell_contents)
    caches = getattr(module, "_caches", {})
    for function, cached in caches.items():
        caches[function] = own(cached)

    table["overload"] = lambda function: function
    table["TYPE_CHECKING"] = False


def _adjust_json(module, table):
    table["JSONDecodeError"] = module.JSONDecodeError


def _adjust_uuid(module, table):
    def uuid1(node=None, clock_seq=None):
        """From the time and random numbers: the machine's address is not for sessions (RFC 9562, 6.10)."""
        import random
        import time
        numbers = random.SystemRandom()
        stamp = time.time_ns() // 100 + 0x01b21dd213814000
        node = numbers.getrandbits(48) | 1 << 40 if node is None else node
        clock_seq = numbers.getrandbits(14) if clock_seq is None else clock_seq
        return module.UUID(fields=(stamp & 0xffffffff, stamp >> 32 & 0xffff, stamp >> 48 & 0x0fff, clock_seq >> 8 & 0x3f, clock_seq & 0xff, node), version=1)

    table["uuid1"] = uuid1
    for name in ("UUID", "uuid3", "uuid4", "uuid5", "NAMESPACE_DNS", "NAMESPACE_URL", "NAMESPACE_OID", "NAMESPACE_X500"):
        table[name] = _shown(getattr(module, name))


def _hide_paths():
    """A warning of the library's is told without the machine's path to it."""
    import warnings
    real = warnings.formatwarning

    def formatwarning(message, category, filename, lineno, line=None):
        if not HOST.is_restricted():
            return real(message, category, filename, lineno, line)
        return f"{HOST.shown_file(filename)}:{lineno}: {category.__name__}: {message}\n"

    warnings.formatwarning = formatwarning


def _prepare():
    """Closes what sessions reach through any module: every Enum has its metaclass."""
    import enum
    import copy
    import re
    _adjust_enum(enum, {})
    _adjust_copy(copy, {})
    _hide_paths()
    _adjust_re(re, {})


def load_module(name):
    """Loads a module that a function of the library needs, on the host's thread."""
    _import(name)


def load_codec(name):
    """Loads the codec that a session named, on the host's thread: the session's may read no files."""
    import encodings
    module = _codec_module(name)
    try:
        loaded = _import("encodings." + module)
    except ImportError:
        return
    if module == "idna" and not isinstance(loaded.unicodedata, types.SimpleNamespace):
        loaded.unicodedata = types.SimpleNamespace(normalize=_normalize_short_runs(loaded.unicodedata))
    if encodings.search_function(name) is None:
        encodings._cache.pop(name, None)
