"""Keeps sessions from what ends the process in CPython 3.10 to 3.13: C code that goes on with what a session's own
`__eq__`, `__index__` or `__init__` has freed meanwhile, and objects that were never initialised.

Runs in the namespace of module_views.py, behind it. A `_mend_<module>` changes the module's types, or what its view shows,
when the view is made; `mend_builtins` is called once. Each says which issue of python/cpython it answers.
"""


def _dict_of(cls):
    """The dict of a class itself, not the view that cls.__dict__ is."""
    import gc
    return next(held for held in gc.get_referents(cls.__dict__) if type(held) is dict)


def _put(cls, **members):
    """Sets attributes of a class that is written in C."""
    table = _dict_of(cls)
    for name, value in members.items():
        if isinstance(value, types.FunctionType):
            value.__name__ = name
            value.__qualname__ = f"{cls.__name__}.{name}"
            HOST.share(value)
        table[name] = value
    HOST.freeze(cls, bool(cls.__flags__ & (1 << 8)))


def _only_called(cls):
    """Sessions make instances by calling the class, once and completely: no __new__ alone, no second __init__, no subclass."""
    real_new, real_init = cls.__new__, cls.__init__

    def __new__(*args, **kwargs):
        if HOST.is_restricted():
            raise TypeError(f"call {cls.__name__} instead")
        return real_new(*args, **kwargs)

    def __init__(self, *args, **kwargs):
        if HOST.is_restricted():
            raise TypeError(f"call {cls.__name__} instead")
        real_init(self, *args, **kwargs)

    for name, guard in (("__new__", __new__), ("__init__", __init__)):
        if name in vars(cls):
            _put(cls, **{name: staticmethod(guard) if name == "__new__" else guard})
    HOST.seal(cls, True)


_new_staticmethod, _init_staticmethod = staticmethod.__new__, staticmethod.__init__


def _ready_staticmethod(cls, *args, **kwargs):
    made = _new_staticmethod(cls)
    _init_staticmethod(made, None)
    return made


def mend_builtins():
    # A super object that was never initialised has no class (gh-155376).
    _only_called(super)
    # Nor has a staticmethod a function: it is given one at once.
    _put(staticmethod, __new__=staticmethod(_ready_staticmethod))
    HOST.mend_memoryview()
    _mend_bytearray()


def _mend_bytearray():
    # Searches go on in a buffer that the __index__ of what is sought has freed (gh-142558, gh-142559, gh-142560): it is held meanwhile.
    def holding(real):
        def method(self, /, *args, **kwargs):
            with memoryview(self):
                return real(self, *args, **kwargs)
        return method

    names = ("find", "index", "count", "rfind", "rindex", "startswith", "endswith")
    _put(bytearray, **{name: holding(vars(bytearray)[name]) for name in names})
    HOST.mend_bytearray()


def _mend_struct(module, table):
    # Methods read what __init__ makes, and __init__ may be called again from within them (gh-145623).
    _only_called(module.Struct)


def _mend_csv(module, table):
    # Their types can be called and give objects without a dialect (gh-104265).
    import io
    HOST.seal(type(module.reader([])), False)
    HOST.seal(type(module.writer(io.StringIO())), False)


def _mend_decimal(module, table):
    # The flags of a context are part of it: on their own they are nowhere.
    signals = type(module.Context().flags)
    if signals.__name__ == "SignalDict":
        HOST.mend_signals(signals)


def _mend_functools(module, table):
    _mend_functools_wraps(module, table)
    # A partial can be given other arguments while it is shown or called (gh-144475, gh-154189). Copies are given them once.
    real = module.partial.__setstate__

    def __setstate__(self, state, /):
        if HOST.is_restricted() and (self.args or self.keywords or type(state) is not tuple or not state or state[0] is not self.func):
            raise TypeError("a partial cannot be changed in this session")
        real(self, state)

    _put(module.partial, __setstate__=__setstate__)


def _mend_itertools(module, table):
    # They lose what they hold while the code they call calls them (gh-143543, gh-145678, gh-149557). A generator refuses to be called by itself.
    def pairwise(iterable, /):
        iterator = iter(iterable)
        for first in iterator:
            for second in iterator:
                yield first, second
                first = second

    def groupby(iterable, key=None):
        iterator = iter(iterable)
        # The group that may go on, and whether it is still the newest.
        newest = None
        ended = False
        value = current = None

        def step():
            nonlocal value, current, ended
            for value in iterator:
                current = value if key is None else key(value)
                return True
            ended = True
            return False

        def group(target, own):
            while newest is own:
                yield value
                if newest is not own or not step() or current != target:
                    return

        if not step():
            return
        while not ended:
            target, own = current, object()
            newest = own
            yield target, group(target, own)
            while not ended and current == target:
                if not step():
                    break

    def stateless(real):
        def __setstate__(self, state, /):
            if HOST.is_restricted():
                raise TypeError("iterators cannot be copied in this session")
            real(self, state)
        return __setstate__

    # States are believed: islice goes on from -1.
    for value in [*vars(module).values(), type(module.tee(())[0])]:
        if isinstance(value, type) and "__setstate__" in vars(value):
            _put(value, __setstate__=stateless(value.__setstate__))

    def steps(iterator):
        for item in iterator:
            yield item

    def stepwise(real):
        def made(*args, **kwargs):
            return steps(real(*args, **kwargs))
        made.__name__ = made.__qualname__ = real.__name__
        return made

    class chain:
        """chain(*iterables): the elements of the first, then those of the next."""

        __slots__ = ()

        def __new__(cls, *iterables):
            return cls.from_iterable(iterables)

        @staticmethod
        def from_iterable(iterables):
            for iterable in iterables:
                for item in iterable:
                    yield item

    HOST.freeze(chain, True)
    names = ("islice", "zip_longest", "takewhile", "dropwhile", "filterfalse", "accumulate", "starmap", "compress", "batched")
    table.update({name: stepwise(getattr(module, name)) for name in names if hasattr(module, name)}, groupby=groupby, pairwise=pairwise, chain=chain)
    for function in table.values():
        if isinstance(function, types.FunctionType):
            HOST.share(function)
    # Counter.elements() would give an instance away.
    sys.modules["collections"]._chain = chain


class Hash:
    """What hashlib and hmac give: a hash object in whose name the memory counts that OpenSSL takes for it."""

    __slots__ = ("update", "digest", "hexdigest", "copy", "name", "digest_size", "block_size")

    def __repr__(self):
        return f"<{self.name} hash object>"


def _counted(real):
    # Found by measuring: OpenSSL takes 300 to 1,300 bytes that CPython's allocators do not see.
    held = (real, bytes(6000))

    def update(data, /):
        held[0].update(data)

    def digest(*length, **named):
        return held[0].digest(*length, **named)

    def hexdigest(*length, **named):
        return held[0].hexdigest(*length, **named)

    def copy():
        return _counted(held[0].copy())

    made = Hash()
    made.update, made.digest, made.hexdigest, made.copy = update, digest, hexdigest, copy
    made.name, made.digest_size, made.block_size = real.name, real.digest_size, real.block_size
    return made


def _counting(real):
    def make(*args, **kwargs):
        return _counted(real(*args, **kwargs))
    make.__name__ = make.__qualname__ = real.__name__
    HOST.share(make)
    return make


def _mend_hashlib(module, table):
    for name in (*module.algorithms_guaranteed, "new"):
        if name in table:
            table[name] = _counting(getattr(module, name))
    HOST.freeze(Hash, True)


def _mend_hmac(module, table):
    table["new"] = table["HMAC"] = _counting(module.new)


def _mend_io(module, table):
    # The C ones are freed from within by what they wrap (gh-143375, gh-157363), and give out memory that is no longer theirs.
    import _pyio
    table["TextIOWrapper"] = _pyio.TextIOWrapper
    _freeze(_pyio.TextIOWrapper, set())


def _mend_collections(module, table):
    # The C one goes on in tables that a key's __eq__ or a subclass has emptied (gh-142637, gh-142734). The one in Python cannot.
    table["OrderedDict"] = python_ordered_dict()


@functools.lru_cache(maxsize=None)
def python_ordered_dict():
    """The class as the library itself has it where there is no C accelerator."""
    import importlib.util
    real = sys.modules["_collections"]
    bare = types.ModuleType("_collections")
    vars(bare).update((name, value) for name, value in vars(real).items() if name != "OrderedDict")
    # Not the one the module has: its loader would read the file itself.
    spec = next(found for finder in sys.meta_path if (found := finder.find_spec("collections")) is not None)
    module = importlib.util.module_from_spec(spec)
    sys.modules["_collections"] = bare
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules["_collections"] = real
    _freeze(module.OrderedDict, set())
    return module.OrderedDict


def _mend_typing(module, table):
    # Not by its class: objects of a class with shared ones cannot be set up by Python's own __setattr__.
    shown = object.__new__(type(module.OrderedDict))
    shown.__dict__.update(module.OrderedDict.__dict__, __origin__=python_ordered_dict())
    HOST.share(shown)
    table["OrderedDict"] = shown
    table["get_type_hints"] = _hints_of(module)


def _mend_xml_etree_ElementTree(module, table):
    # Children are compared, indexed and copied without being held (gh-126037, gh-133009, gh-143200, gh-148625).
    import copy
    from xml.etree import ElementPath
    element = module.Element
    if isinstance(element.find, types.FunctionType):
        return
    everything = element.iter

    def find(self, path, namespaces=None):
        return ElementPath.find(self, path, namespaces)

    def findtext(self, path, default=None, namespaces=None):
        return ElementPath.findtext(self, path, default, namespaces)

    def findall(self, path, namespaces=None):
        return ElementPath.findall(self, path, namespaces)

    def iter(self, tag=None):
        return everything(self) if tag is None or (type(tag) is str and tag == "*") else (each for each in everything(self) if each.tag == tag)

    def __deepcopy__(self, memo, /):
        made = element(copy.deepcopy(self.tag, memo), copy.deepcopy(self.attrib, memo))
        made.text, made.tail = copy.deepcopy(self.text, memo), copy.deepcopy(self.tail, memo)
        for child in list(self):
            made.append(copy.deepcopy(child, memo))
        return made

    _put(element, find=find, findtext=findtext, findall=findall, iter=iter, __deepcopy__=__deepcopy__)
    HOST.mend_element(element)
