"""Installed packages: who sees them, and what restricted sessions get of those that the host allows.

Runs in the namespace of module_views.py when a session first may use packages.
"""

from importlib.machinery import PathFinder


class PackageFinder(PathFinder):
    """Finds modules on sys.path: for restricted sessions, and for what the host imports for them, only those of the standard library."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if path is None and not HOST.sees_packages():
            path = list(LIBRARY_FOLDERS)
        spec = super().find_spec(fullname, path, target)
        if fullname == "numpy" and spec is not None and spec.loader is not None:
            _count_arrays_of(spec.loader)
        return spec


def _count_arrays_of(loader):
    """Has the memory of NumPy's arrays counted from the moment that it is loaded."""
    run = loader.exec_module

    def exec_module(module):
        run(module)
        core = sys.modules.get("numpy._core.multiarray") or sys.modules.get("numpy.core.multiarray")
        interface = getattr(core, "_ARRAY_API", None)
        if interface is not None:
            HOST.count_arrays(interface)

    loader.exec_module = exec_module


def add_package_folders(folders):
    """Puts folders on sys.path, behind the standard library: all sessions share its modules, and none of them is to be replaced."""
    sys.path.extend(folder for folder in folders if folder not in sys.path)


sys.meta_path[:] = [PackageFinder if finder is PathFinder else finder for finder in sys.meta_path]
if PackageFinder not in sys.meta_path:
    sys.meta_path.append(PackageFinder)


class AllowedModule:
    """What a restricted session gets for a module that the host allows it."""

    __slots__ = ()


_allowed = {}
_shown_of_modules = ("__all__", "__doc__", "__name__", "__version__")


def allowed_module(name):
    """Imports a module for restricted sessions. They get its public names, and of modules in it those of the same package: not what it has imported itself, such as os."""
    return _stand_in(importlib.import_module(name))


def _stand_in(module):
    name = module.__name__
    if name in _allowed:
        return _allowed[name]
    root = name.partition(".")[0]

    def __getattr__(self, attribute):
        if attribute.startswith("_") and attribute not in _shown_of_modules:
            raise AttributeError(f"module {name!r} has no attribute {attribute!r} in this session: names that begin with _ are its own")
        if attribute == "__all__":
            return [public for public in getattr(module, "__all__", vars(module)) if not public.startswith("_") and not isinstance(getattr(module, public, None), types.ModuleType)]
        value = getattr(module, attribute)
        if not isinstance(value, types.ModuleType):
            return value
        if value.__name__.partition(".")[0] != root:
            raise AttributeError(f"{name}.{attribute} is another module, which is not available through it in this session")
        return _stand_in(value)

    def __repr__(self):
        return f"<module {name!r}>"

    def __dir__(self):
        return __getattr__(self, "__all__")

    for function in (__getattr__, __repr__, __dir__):
        HOST.share(function)
    cls = type("module", (AllowedModule,), {"__slots__": (), "__getattr__": __getattr__, "__repr__": __repr__, "__dir__": __dir__})
    HOST.freeze(cls, True)
    return _allowed.setdefault(name, cls())


HOST.freeze(AllowedModule, True)
