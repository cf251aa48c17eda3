# What all sessions of a process share, as one dict: the names of every module that is loaded, of its classes and functions, and what the
# module-level containers hold. Runs in a Trusted session; names of its own begin with an underscore.
import sys as _sys
import types as _types

_simple = (type(None), bool, int, float, complex, str, bytes)

# Caches, and what CPython itself writes as it goes.
_volatile_modules = ("__main__", "linecache", "tokenize", "traceback", "_weakrefset", "warnings", "copyreg")
_volatile = {
    "sys.modules", "sys.path_importer_cache", "sys.last_exc", "sys.last_value", "sys.last_type", "sys.last_traceback", "re._cache", "re._cache2", "sre_compile._cache",
    "fnmatch._cache", "struct._cache", "typing._cleanups", "zoneinfo._cache", "posixpath._varprog", "posixpath._varprogb", "random._inst", "builtins._", "copy._deepcopy_dispatch", "abc._abc_impl",
    "warnings.onceregistry", "encodings._cache", "sys.warnoptions", "sys.meta_path", "uuid._last_timestamp", "string._re",
    "string.Template.pattern", "functools._lru", "_strptime._regex_cache", "_strptime._TimeRE_cache", "locale._override_localeconv", "threading._active", "threading._limbo",
    "threading._dangling", "weakref._registry", "asyncio.events._event_loop_policy", "tempfile._name_sequence", "_collections_abc._abc_registry",
    # Tables that are made when they are first used.
    "base64._b32tab2", "base64._b32rev", "base64._a85chars", "base64._a85chars2", "base64._b85chars", "base64._b85chars2", "base64._b85dec",
}
_lazy = {"__annotations__", "__annotations_cache__", "__annotate_func__", "__doc__", "__weakref__", "__dict__", "_abc_impl", "__abstractmethods__", "__static_attributes__", "__type_params__", "__firstlineno__"}


def _mark(value):
    kind = type(value)
    if kind in _simple:
        return (kind.__name__, repr(value)[:80])
    if kind is tuple and len(value) < 100:
        return tuple(_mark(part) for part in value)
    return (kind.__name__, id(value))


def _fingerprint():
    seen = {}
    for name, module in sorted(_sys.modules.items()):
        if not isinstance(module, _types.ModuleType) or name.split(".")[0] in _volatile_modules:
            continue
        for key, value in list(vars(module).items()):
            path = name + ":" + key
            if name + "." + key in _volatile or key in ("__warningregistry__", "__builtins__"):
                continue
            seen[path] = _mark(value)
            if isinstance(value, type):
                for attribute, held in list(type.__getattribute__(value, "__dict__").items()):
                    if attribute not in _lazy and path.replace(":", ".") + "." + attribute not in _volatile:
                        seen[path + "." + attribute] = _mark(held)
                        _function(seen, path + "." + attribute, held)
                        _container(seen, path + "." + attribute, held)
            else:
                _function(seen, path, value)
                _container(seen, path, value)
    return seen


def _function(seen, path, value):
    if isinstance(value, _types.FunctionType):
        seen[path + "()"] = (id(value.__code__), id(value.__defaults__), id(value.__kwdefaults__), tuple(value.__dict__))


def _container(seen, path, value):
    if type(value) is dict and len(value) < 20000:
        seen[path + "[]"] = tuple((_mark(k), _mark(v)) for k, v in list(value.items()))
    elif type(value) in (list, tuple) and len(value) < 20000:
        seen[path + "[]"] = tuple(_mark(v) for v in value)
    elif type(value) in (set, frozenset):
        seen[path + "[]"] = tuple(sorted(_mark(v) for v in value if type(v) in _simple))


def _differences(before, after):
    for path in sorted(set(before) | set(after)):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        module = path.split(":")[0]
        if old is None and (module not in _names or new[:1] == ("module",)):
            # A module that was loaded meanwhile, and its name in its package.
            continue
        yield f"{path}: {str(old)[:150]} -> {str(new)[:150]}"
