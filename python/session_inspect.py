"""inspect for sessions: what code may ask about functions and classes of its own.

Runs in the namespace of module_views.py, behind it.
"""

def _view_inspect(module):
    """What code may ask about functions of its own. The library's Signature and Parameter lead to what everybody has."""

    def own(value):
        plain = value.__func__ if type(value) is types.MethodType else value
        if type(plain) is not types.FunctionType or HOST.is_shared(plain):
            raise TypeError("this can be asked of functions of this session only")
        return plain

    Signature, Parameter, BoundArguments, read = _signatures(module)

    def signature(callable, **also_ignored):
        """The parameters of a function or class; of the library's, what is no plain value is shown as its text."""
        if isinstance(callable, type) or type(callable) in (types.FunctionType, types.MethodType, types.BuiltinFunctionType, functools.partial) or not hasattr(type(callable), "__call__"):
            return read(callable)
        return read(type(callable).__call__, bound=True)

    def getfullargspec(function):
        found = list(signature(function).parameters.values())
        def of(*kinds):
            return [one.name for one in found if one.kind in kinds]
        P = module.Parameter
        defaults = tuple(one.default for one in found if one.kind in (P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD) and one.default is not module._empty)
        return FullArgSpec(of(P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD), *(next(iter(of(kind)), None) for kind in (P.VAR_POSITIONAL, P.VAR_KEYWORD)), defaults or None, of(P.KEYWORD_ONLY),
                           {one.name: one.default for one in found if one.kind == P.KEYWORD_ONLY and one.default is not module._empty} or None,
                           {one.name: one.annotation for one in found if one.annotation is not module._empty})

    def getmembers(object, predicate=None):
        found = []
        for name in dir(object):
            if name in ("__mro__", "__bases__", "__base__", "mro") or not HOST.is_readable(name):
                continue
            try:
                value = getattr(object, name)
            except AttributeError:
                continue
            if predicate is None or predicate(value):
                found.append((name, value))
        return found

    def getmro(cls):
        if not isinstance(cls, type) or cls in _frozen or not cls.__flags__ & (1 << 9):
            raise TypeError("this can be asked of classes of this session only")
        return cls.__mro__

    def unwrap(function, *, stop=None):
        while type(inner := getattr(function, "__wrapped__", None)) is types.FunctionType and not (stop and stop(function)):
            function = inner
        return function

    def getsourcelines(value):
        return getsource(value).splitlines(True), 1

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

    import collections
    FullArgSpec = collections.namedtuple("FullArgSpec", "args varargs varkw defaults kwonlyargs kwonlydefaults annotations")
    _freeze(FullArgSpec, set())
    HOST.freeze(FullArgSpec, True)
    table = {name: getattr(module, name) for name in (
        "isabstract", "isasyncgen", "isdatadescriptor", "ismethoddescriptor", "ismodule", "istraceback", "isframe", "iscode", "cleandoc", "isasyncgen", "isasyncgenfunction", "isawaitable", "isbuiltin", "isclass", "iscoroutine",
        "iscoroutinefunction", "isfunction", "isgenerator", "isgeneratorfunction", "ismethod", "isroutine")}
    table.update(signature=signature, getsource=getsource, getdoc=getdoc, Signature=Signature, Parameter=Parameter, BoundArguments=BoundArguments, getfullargspec=getfullargspec,
                 getmembers=getmembers, getmro=getmro, unwrap=unwrap, getsourcelines=getsourcelines, FullArgSpec=FullArgSpec)
    frames = "a session's frames are not shown; print the variables, or use traceback.format_exc()"
    table.update({name: _refuser("inspect", name, frames) for name in ("currentframe", "stack", "trace", "getouterframes", "getinnerframes", "getframeinfo", "getargvalues", "getclosurevars", "getgeneratorlocals")})
    table.update({name: _refuser("inspect", name, FILES) for name in ("getfile", "getsourcefile", "getmodule", "findsource")})
    return table


def _signatures(module):
    """Signature and Parameter, whose own lead to what everybody has; and what reads them."""
    empty = module._empty
    real = module.Parameter
    kinds = {kind.name: kind for kind in (real.POSITIONAL_ONLY, real.POSITIONAL_OR_KEYWORD, real.VAR_POSITIONAL, real.KEYWORD_ONLY, real.VAR_KEYWORD)}

    def fixed(self, name, value=None):
        raise AttributeError(f"{type(self).__name__} attribute {name!r} is read-only: use replace()")

    class Parameter:
        __slots__ = ("name", "kind", "default", "annotation")

        def __init__(self, name, kind, *, default=empty, annotation=empty):
            for key, value in (("name", name), ("kind", kind), ("default", default), ("annotation", annotation)):
                object.__setattr__(self, key, value)

        __setattr__ = __delattr__ = fixed

        def replace(self, **changes):
            return Parameter(changes.get("name", self.name), changes.get("kind", self.kind), default=changes.get("default", self.default), annotation=changes.get("annotation", self.annotation))

        def __str__(self):
            text = {real.VAR_POSITIONAL: "*", real.VAR_KEYWORD: "**"}.get(self.kind, "") + self.name
            if self.annotation is not empty:
                text += ": " + shown(self.annotation)
            if self.default is not empty:
                text += (" = " if self.annotation is not empty else "=") + repr(self.default)
            return text

        def __repr__(self):
            return f'<Parameter "{self}">'

        def __eq__(self, other):
            return isinstance(other, Parameter) and (self.name, self.kind, self.default, self.annotation) == (other.name, other.kind, other.default, other.annotation)

        __hash__ = None

    class Signature:
        __slots__ = ("parameters", "return_annotation")

        def __init__(self, parameters=None, *, return_annotation=empty):
            object.__setattr__(self, "parameters", types.MappingProxyType({one.name: one for one in parameters or ()}))
            object.__setattr__(self, "return_annotation", return_annotation)

        __setattr__ = __delattr__ = fixed

        def replace(self, *, parameters=None, return_annotation=None):
            return Signature(self.parameters.values() if parameters is None else parameters, return_annotation=self.return_annotation if return_annotation is None else return_annotation)

        def __str__(self):
            parts = []
            before = None
            for one in self.parameters.values():
                if before == real.POSITIONAL_ONLY and one.kind != real.POSITIONAL_ONLY:
                    parts.append("/")
                if one.kind == real.KEYWORD_ONLY and before not in (real.KEYWORD_ONLY, real.VAR_POSITIONAL):
                    parts.append("*")
                parts.append(str(one))
                before = one.kind
            if before == real.POSITIONAL_ONLY:
                parts.append("/")
            return f"({', '.join(parts)})" + ("" if self.return_annotation is empty else f" -> {shown(self.return_annotation)}")

        def __repr__(self):
            return f"<Signature {self}>"

        def __eq__(self, other):
            return isinstance(other, Signature) and self.return_annotation == other.return_annotation and list(self.parameters.values()) == list(other.parameters.values())

        __hash__ = None

        def bind(self, /, *args, **kwargs):
            return self._bind(args, kwargs, False)

        def bind_partial(self, /, *args, **kwargs):
            return self._bind(args, kwargs, True)

        def _bind(self, args, kwargs, partial):
            found = {}
            left = list(args)
            for one in self.parameters.values():
                if one.kind == real.VAR_POSITIONAL:
                    if left:
                        found[one.name] = tuple(left)
                    left = []
                elif one.kind == real.VAR_KEYWORD:
                    if kwargs:
                        found[one.name] = kwargs
                    kwargs = {}
                elif left and one.kind != real.KEYWORD_ONLY:
                    if one.name in kwargs and one.kind != real.POSITIONAL_ONLY:
                        raise TypeError(f"multiple values for argument {one.name!r}")
                    found[one.name] = left.pop(0)
                elif one.name in kwargs and one.kind != real.POSITIONAL_ONLY:
                    found[one.name] = kwargs.pop(one.name)
                elif one.default is empty and not partial:
                    raise TypeError(f"missing a required argument: {one.name!r}")
            if left:
                raise TypeError("too many positional arguments")
            if kwargs:
                raise TypeError(f"got an unexpected keyword argument {next(iter(kwargs))!r}")
            return BoundArguments(self, found)

    class BoundArguments:
        __slots__ = ("signature", "arguments")

        def __init__(self, signature, arguments):
            self.signature = signature
            self.arguments = arguments

        @property
        def args(self):
            found = []
            for one in self.signature.parameters.values():
                if one.kind in (real.KEYWORD_ONLY, real.VAR_KEYWORD) or one.name not in self.arguments:
                    break
                found += self.arguments[one.name] if one.kind == real.VAR_POSITIONAL else [self.arguments[one.name]]
            return tuple(found)

        @property
        def kwargs(self):
            found = {}
            named = False
            for one in self.signature.parameters.values():
                if one.kind in (real.KEYWORD_ONLY, real.VAR_KEYWORD) or one.name not in self.arguments:
                    named = True
                if named and one.name in self.arguments:
                    found.update(self.arguments[one.name] if one.kind == real.VAR_KEYWORD else {one.name: self.arguments[one.name]})
            return found

        def apply_defaults(self):
            given = self.arguments
            self.arguments = {
                name: given[name] if name in given else () if one.kind == real.VAR_POSITIONAL else {} if one.kind == real.VAR_KEYWORD else one.default
                for name, one in self.signature.parameters.items() if name in given or one.default is not empty or one.kind in (real.VAR_POSITIONAL, real.VAR_KEYWORD)}

        def __repr__(self):
            return f"<BoundArguments ({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})>"

    def shown(annotation):
        if isinstance(annotation, type) and type(annotation) is not types.GenericAlias:
            return annotation.__qualname__ if annotation.__module__ in ("builtins", "__main__") else f"{annotation.__module__}.{annotation.__qualname__}"
        return repr(annotation).replace("typing.", "")

    def plain(value, own):
        return value if own or value is empty or type(value) in (type(None), bool, int, float, str, bytes) else Text(repr(value))

    class Text(str):
        __slots__ = ()
        __repr__ = str.__str__

    def read(value, bound=False):
        inner = value.__func__ if type(value) is types.MethodType else value
        own = type(inner) is types.FunctionType and not HOST.is_shared(inner)
        try:
            found = module.signature(value, follow_wrapped=own)
        except ValueError as error:
            raise ValueError(str(error)) from None
        parts = [Parameter(one.name, one.kind, default=plain(one.default, own), annotation=plain(one.annotation, own)) for one in found.parameters.values()][bound:]
        return Signature(parts, return_annotation=plain(found.return_annotation, own))

    for cls in (Parameter, Signature):
        cls.empty = empty
    for name, kind in kinds.items():
        setattr(Parameter, name, kind)
    _freeze(empty, set())
    _freeze(type(kinds["VAR_KEYWORD"]), set())
    for cls in (Parameter, Signature, BoundArguments, Text):
        cls.__module__, cls.__qualname__ = "inspect", cls.__name__
        _freeze(cls, set())
        HOST.freeze(cls, True)
    return Signature, Parameter, BoundArguments, read


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
