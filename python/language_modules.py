"""What sessions see of the modules that are about the language itself: types, weakref, typing's evaluation of annotations, parts of sys and functools.

Runs in the namespace of module_views.py, behind session_modules.py. A `_mend_<module>` changes what a view shows when it is made.
"""


def _view_types(module):
    return {key: getattr(module, key) for key in (
        "SimpleNamespace", "MappingProxyType", "GenericAlias", "UnionType", "NoneType", "NotImplementedType", "EllipsisType",
        "MethodWrapperType", "MethodDescriptorType", "WrapperDescriptorType", "ClassMethodDescriptorType", "GetSetDescriptorType", "MemberDescriptorType",
        "FunctionType", "LambdaType", "MethodType", "BuiltinFunctionType", "BuiltinMethodType", "GeneratorType", "CoroutineType", "AsyncGeneratorType",
        "ModuleType", "DynamicClassAttribute", "new_class", "resolve_bases", "get_original_bases") if hasattr(module, key)}


def _mend_sys(module, table):
    def setrecursionlimit(limit, /):
        """Has no effect: the limit belongs to the host."""
        sys.stderr.write(f"Note: sys.setrecursionlimit({limit!r}) has no effect in this session: the limit stays {sys.getrecursionlimit()}. For deeper recursion use a loop and a list.\n")

    table.update(setrecursionlimit=setrecursionlimit, getrefcount=sys.getrefcount)


def _mend_functools_wraps(module, table):
    assignments = module.WRAPPER_ASSIGNMENTS

    def update_wrapper(wrapper, wrapped, assigned=assignments, updated=module.WRAPPER_UPDATES):
        """Takes names, docstring and attributes of the wrapped function; others than those of WRAPPER_ASSIGNMENTS are not taken."""
        if HOST.is_shared(wrapper) or HOST.is_shared(wrapped):
            raise TypeError("objects of the standard library cannot be changed in this session")
        for name in [name for name in assignments if name in assigned]:
            try:
                value = getattr(wrapped, name)
            except AttributeError:
                continue
            setattr(wrapper, name, value)
        found = getattr(wrapped, "__dict__", None)
        if "__dict__" in updated and type(found) is dict:
            # Neither is asked to give or take a dict: their own methods could.
            target = object.__getattribute__(wrapper, "__dict__")
            if type(target) is dict:
                target.update(found)
        wrapper.__wrapped__ = wrapped
        return wrapper

    def wraps(wrapped, assigned=assignments, updated=module.WRAPPER_UPDATES):
        """Gives the function it decorates the names, docstring and attributes of another."""
        def decorate(wrapper):
            return update_wrapper(wrapper, wrapped, assigned, updated)
        return decorate

    table.update(wraps=wraps, update_wrapper=update_wrapper)


def _hints_of(typing):
    """typing.get_type_hints, whose own evaluates text with the builtins of the library."""
    import operator

    def evaluated(hint, globals, locals, nested=False):
        if hint is None:
            return type(None)
        if type(hint) is str and not nested:
            return evaluated(HOST.evaluate(hint, globals, locals), globals, locals)
        if type(hint) is typing.ForwardRef:
            return evaluated(HOST.evaluate(hint.__forward_arg__, globals, locals), globals, locals)
        kind = type(hint)
        if kind is types.GenericAlias:
            parts = tuple(evaluated(part, globals, locals) for part in hint.__args__)
            return hint if parts == hint.__args__ else types.GenericAlias(hint.__origin__, parts)
        if kind is types.UnionType:
            return functools.reduce(operator.or_, [evaluated(part, globals, locals, True) for part in hint.__args__])
        if isinstance(hint, typing._GenericAlias) and kind.__module__ == "typing":
            parts = tuple(evaluated(part, globals, locals, True) if part is not None else part for part in hint.__args__)
            return hint if parts == hint.__args__ else hint.copy_with(parts)
        return hint

    def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
        """The annotations of a class (and of those above it), function or object, with text evaluated."""
        hints = {}
        if isinstance(obj, type):
            for base in reversed(type.__dict__["__mro__"].__get__(obj)):
                own = type.__dict__["__dict__"].__get__(base).get("__annotations__", {})
                if type(own) in (dict, types.MappingProxyType):
                    hints.update((name, evaluated(hint, globalns, localns)) for name, hint in list(own.items()))
        else:
            function = obj
            while type(function) is types.FunctionType and "__wrapped__" in function.__dict__:
                function = function.__dict__["__wrapped__"]
            if globalns is None and type(function) is types.FunctionType and not HOST.is_shared(function):
                globalns = function.__globals__
            own = getattr(obj, "__annotations__", None)
            if not isinstance(own, dict):
                raise TypeError(f"{obj!r} is not a module, class, method, or function.")
            hints.update((name, evaluated(hint, globalns, localns)) for name, hint in list(own.items()))
        return hints if include_extras else {name: typing._strip_annotations(hint) for name, hint in hints.items()}

    return get_type_hints


def _view_weakref(module):
    """Weak references without callbacks, which would run at a moment that no cell controls: what is gone is noticed when it is asked for."""
    from collections.abc import MutableMapping, MutableSet
    made = module.ref

    def without(callback):
        if callback is not None:
            raise TypeError("callbacks of weak references are not available in this session: they would run at a moment that no cell controls. Call the reference: it gives None when the object is gone")

    class ref:
        """ref(object): call it for the object, or None when it is gone."""

        __slots__ = ("_get",)

        def __init__(self, object, callback=None):
            without(callback)
            real = made(object)
            self._get = lambda: real()

        def __call__(self):
            return self._get()

        def __eq__(self, other):
            if type(other) is not type(self):
                return NotImplemented
            mine, theirs = self._get(), other._get()
            return self is other if mine is None or theirs is None else mine == theirs

        def __hash__(self):
            value = self._get()
            if value is None:
                raise TypeError("weak object has gone away")
            return hash(value)

        def __repr__(self):
            value = self._get()
            return "<weakref; dead>" if value is None else f"<weakref; to {type(value).__name__!r}>"

    class WeakValueDictionary(MutableMapping):
        """A dict whose entries go when nothing else holds their values."""

        def __init__(self, other=(), /, **named):
            self._held = {}
            self.update(other, **named)

        def _alive(self):
            return [(key, value) for key, get in list(self._held.items()) if (value := get()) is not None]

        def __getitem__(self, key):
            value = self._held[key]()
            if value is None:
                raise KeyError(key)
            return value

        def __setitem__(self, key, value):
            self._held = {key: get for key, get in self._held.items() if get() is not None}
            self._held[key] = ref(value)

        def __delitem__(self, key):
            del self._held[key]

        def __iter__(self):
            return iter([key for key, value in self._alive()])

        def __len__(self):
            return len(self._alive())

        def __repr__(self):
            return f"<WeakValueDictionary of {len(self)}>"

    class WeakKeyDictionary(MutableMapping):
        """A dict whose entries go when nothing else holds their keys."""

        def __init__(self, other=None):
            self._held = {}
            if other is not None:
                self.update(other)

        def _alive(self):
            # By identity: a key that is gone has no hash.
            self._held = {number: entry for number, entry in self._held.items() if entry[0]() is not None}
            return [(get(), value) for get, value in self._held.values()]

        def _find(self, key):
            for number, (get, value) in list(self._held.items()):
                if (found := get()) is not None and (found is key or found == key):
                    return number
            return None

        def __getitem__(self, key):
            entry = self._held.get(id(key))
            if entry is not None and entry[0]() is key:
                return entry[1]
            if (number := self._find(key)) is None:
                raise KeyError(ref(key))
            return self._held[number][1]

        def __setitem__(self, key, value):
            self._alive()
            number = self._find(key)
            self._held[id(key) if number is None else number] = (ref(key) if number is None else self._held[number][0], value)

        def __delitem__(self, key):
            if (number := self._find(key)) is None:
                raise KeyError(ref(key))
            del self._held[number]

        def __iter__(self):
            return iter([key for key, value in self._alive()])

        def __len__(self):
            return len(self._alive())

        def __repr__(self):
            return f"<WeakKeyDictionary of {len(self)}>"

    class WeakSet(MutableSet):
        """A set whose elements go when nothing else holds them."""

        def __init__(self, data=()):
            self._held = WeakKeyDictionary()
            for value in data:
                self.add(value)

        def __contains__(self, value):
            return value in self._held

        def __iter__(self):
            return iter(self._held)

        def __len__(self):
            return len(self._held)

        def add(self, value):
            self._held[value] = True

        def discard(self, value):
            self._held.pop(value, None)

        def update(self, other):
            for value in other:
                self.add(value)

        def __repr__(self):
            return "{" + ", ".join(repr(value) for value in self) + "}"

    def proxy(object, callback=None):
        without(callback)
        return module.proxy(object)

    def finalize(object, callback, /, *args, **kwargs):
        raise TypeError("weakref.finalize() is not available in this session: it would run at a moment that no cell controls. Use a context manager, or try and finally")

    for cls in (ref, WeakValueDictionary, WeakKeyDictionary, WeakSet):
        _freeze(cls, set())
        HOST.freeze(cls, True)
    return dict(ref=ref, ReferenceType=ref, proxy=proxy, finalize=finalize, WeakValueDictionary=WeakValueDictionary, WeakKeyDictionary=WeakKeyDictionary, WeakSet=WeakSet)


class Copied:
    """A container in a class of the library's: everyone who asks gets a copy, of the same type, for C code and for `+` look at that."""

    __slots__ = ("_copy",)

    def __init__(self, value):
        kind = type(value)
        self._copy = lambda: kind(value)

    def __get__(self, instance, owner=None):
        return self._copy()

    def __contains__(self, key):
        return key in self._copy()


def _copied(value):
    """What stands in a frozen class for a dict, list or set."""
    if Copied not in _frozen:
        _frozen.add(Copied)
        for function in vars(Copied).values():
            if isinstance(function, types.FunctionType):
                HOST.share(function)
        HOST.freeze(Copied, True)
    made = Copied(value)
    HOST.share(made._copy)
    return made
