"""How a thread that may read no files imports modules of the standard library: the host reads them, this makes modules of what it read.

Runs in the namespace of module_views.py, once, before the thread that imports is confined.
"""

import marshal
import _frozen_importlib
import _frozen_importlib_external
import _imp


class LibraryImporter:
    """Finds what the host finds; the usual finders, which read folders, never get their turn on such a thread."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if not HOST.is_confined():
            return None
        if path is None and HOST.sees_packages():
            path = sys.path
        spec = spec_of_library(name, path)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name == "numpy":
            _count_arrays_of(spec.loader)
        return spec


def spec_of_library(name, path):
    """Where a module is and how it is loaded, or None; found below the folders of the package it is in, or (None) those of the library."""
    found = HOST.find_module(name, path and list(path))
    if found is None:
        return None
    origin, is_package, source, cached = found
    loader = NativeLoader if source is None else SourceLoader(origin, source, cached)
    spec = _frozen_importlib.ModuleSpec(name, loader, origin=origin, is_package=is_package)
    spec.has_location = True
    if is_package:
        spec.submodule_search_locations = [origin.replace("\\", "/").rpartition("/")[0]]
    return spec


class SourceLoader:
    def __init__(self, origin, source, cached):
        self._origin = origin
        self._source = source
        self._cached = cached

    def create_module(self, spec):
        return None

    def get_code(self, name):
        return marshal.loads(self._cached) if self._cached else compile(self._source, self._origin, "exec", dont_inherit=True)

    def get_source(self, name):
        return self._source.decode()

    def exec_module(self, module):
        code = self.get_code(module.__name__)
        self._source = self._cached = None
        exec(code, vars(module))


class NativeLoader:
    """An extension module; its shared object is open already."""

    @staticmethod
    def create_module(spec):
        return _imp.create_dynamic(spec)

    @staticmethod
    def exec_module(module):
        _imp.exec_dynamic(module)


def import_by_host():
    """Puts the finder before those that read folders. Returns where modules are and how their files are called."""
    sys.meta_path.insert(2, LibraryImporter)
    return LIBRARY_FOLDERS, _imp.extension_suffixes(), sys.implementation.cache_tag, _frozen_importlib_external.MAGIC_NUMBER
