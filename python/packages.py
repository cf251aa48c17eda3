"""Installed packages: who sees them, and what restricted sessions get of those that the host allows.

Runs in the namespace of module_views.py when a session first may use packages.
"""

from importlib.machinery import PathFinder

_standard = list(sys.path)


class PackageFinder(PathFinder):
    """Finds modules on sys.path: for restricted sessions, and for what the host imports for them, only those of the standard library."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if path is None and not HOST.sees_packages():
            path = _standard
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


# Behind a session that has frozen classes of the library, numpy and pandas could not be loaded otherwise.
sys.meta_path[:] = [PackageFinder if finder is PathFinder else finder for finder in sys.meta_path]
if PackageFinder not in sys.meta_path:
    sys.meta_path.append(PackageFinder)
