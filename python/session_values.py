"""Small modules, and classes of others, written for sessions: where the library's reach files, other sessions or memory that is not theirs.

Runs in the namespace of module_views.py, behind it.
"""


def _closed(*classes):
    for cls in classes:
        _freeze(cls, set())
        HOST.freeze(cls, True)


def _view_array(module):
    """The library's reads and writes past its end where an __index__ of the session's shrinks it."""
    import struct
    sizes = {code: struct.calcsize(code) for code in "bBhHiIlLqQfd"} | {"u": 4}

    class array:
        """Numbers of one type."""

        __slots__ = ("_code", "_items", "_one")

        def __init__(self, typecode, initializer=(), /):
            if type(typecode) is not str or typecode not in sizes:
                raise ValueError("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
            self._code, self._items, self._one = typecode, [], struct.Struct("I" if typecode == "u" else typecode)
            if isinstance(initializer, (bytes, bytearray)):
                self.frombytes(initializer)
            else:
                self.extend(initializer)

        @property
        def typecode(self):
            return self._code

        @property
        def itemsize(self):
            return sizes[self._code]

        def _fit(self, value):
            if self._code == "u":
                if not (isinstance(value, str) and len(value) == 1):
                    raise TypeError("array item must be a unicode character")
                return str(value)
            try:
                return self._one.unpack(self._one.pack(value))[0]
            except struct.error as error:
                if self._code in "fd" or not hasattr(type(value), "__index__"):
                    raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as {'a number' if self._code in 'fd' else 'an integer'}") from None
                raise OverflowError(str(error)) from None

        def _like(self, items):
            made = type(self)(self._code)
            made._items = items
            return made

        def _of(self, other):
            if not isinstance(other, array) or other._code != self._code:
                raise TypeError("can only append array of the same type")
            return other._items

        def append(self, value, /):
            self._items.append(self._fit(value))

        def extend(self, values, /):
            self._items.extend(self._of(values) if isinstance(values, array) else [self._fit(value) for value in values])

        def insert(self, index, value, /):
            self._items.insert(index, self._fit(value))

        def pop(self, index=-1, /):
            return self._items.pop(index)

        def remove(self, value, /):
            self._items.remove(value)

        def index(self, *arguments):
            return self._items.index(*arguments)

        def count(self, value, /):
            return self._items.count(value)

        def reverse(self):
            self._items.reverse()

        def tolist(self):
            return list(self._items)

        fromlist = extend

        def tobytes(self):
            return b"".join(self._one.pack(ord(item) if self._code == "u" else item) for item in self._items)

        def frombytes(self, data, /):
            data = bytes(data)
            if len(data) % self._one.size:
                raise ValueError("bytes length not a multiple of item size")
            found = [item for item, in self._one.iter_unpack(data)]
            self._items.extend([chr(item) for item in found] if self._code == "u" else found)

        def tounicode(self):
            return "".join(self._items)

        def fromunicode(self, text, /):
            self.extend(text)

        def byteswap(self):
            size = self._one.size
            data = self.tobytes()
            self._items = []
            self.frombytes(b"".join(data[at:at + size][::-1] for at in range(0, len(data), size)))

        def __len__(self):
            return len(self._items)

        def __iter__(self):
            return iter(self._items)

        def __contains__(self, value):
            return value in self._items

        def __getitem__(self, at):
            return self._like(self._items[at]) if isinstance(at, slice) else self._items[at]

        def __setitem__(self, at, value):
            self._items[at] = list(self._of(value)) if isinstance(at, slice) else self._fit(value)

        def __delitem__(self, at):
            del self._items[at]

        def __add__(self, other):
            return self._like(self._items + self._of(other))

        def __iadd__(self, other):
            self._items.extend(self._of(other))
            return self

        def __mul__(self, times):
            return self._like(self._items * times)

        __rmul__ = __mul__

        def __eq__(self, other):
            return self._items == other._items if isinstance(other, array) else NotImplemented

        def __lt__(self, other):
            return self._items < other._items if isinstance(other, array) else NotImplemented

        def __le__(self, other):
            return self._items <= other._items if isinstance(other, array) else NotImplemented

        def __gt__(self, other):
            return self._items > other._items if isinstance(other, array) else NotImplemented

        def __ge__(self, other):
            return self._items >= other._items if isinstance(other, array) else NotImplemented

        __hash__ = None

        def __copy__(self):
            return self._like(list(self._items))

        def __deepcopy__(self, memo):
            return self._like(list(self._items))

        def __repr__(self):
            inside = f", {''.join(self._items)!r}" if self._items and self._code == "u" else f", {self._items}" if self._items else ""
            return f"array({self._code!r}{inside})"

    _closed(array)
    return dict(array=array, ArrayType=array, typecodes="bBuhHiIlLqQfd")


def _view_contextvars(module):
    """A Context leads to the variables of everybody's modules, so sessions get one that shows only what they ask for by a variable of their own."""

    class Context:
        __slots__ = ("run", "get", "copy")

        def __init__(self, real=None):
            real = module.Context() if real is None else real
            object.__setattr__(self, "run", lambda call, /, *args, **kwargs: real.run(call, *args, **kwargs))
            object.__setattr__(self, "get", lambda variable, default=None, /: real.get(variable, default))
            object.__setattr__(self, "copy", lambda: made(real.copy()))

        def __setattr__(self, name, value):
            raise AttributeError(f"'Context' object attribute {name!r} is read-only")

        def __getitem__(self, variable):
            if (value := self.get(variable, missing)) is missing:
                raise KeyError(variable)
            return value

        def __contains__(self, variable):
            return self.get(variable, missing) is not missing

        def __iter__(self):
            raise TypeError("a Context cannot be looked through in this session: ask for a variable of your own, context[variable]")

    missing = object()
    made = Context

    class Empty(Context):
        __slots__ = ()

        def __init__(self):
            Context.__init__(self)

    Empty.__name__ = Empty.__qualname__ = "Context"
    _closed(Context, Empty, module.ContextVar, module.Token)
    return dict(Context=Empty, ContextVar=module.ContextVar, Token=module.Token, copy_context=lambda: Context(module.copy_context()))


def _view_gettext(module):
    return dict(gettext=lambda message: message, ngettext=lambda one, many, n: one if n == 1 else many, pgettext=lambda context, message: message,
                npgettext=lambda context, one, many, n: one if n == 1 else many)


def _view_locale(module):
    def setlocale(category, locale=None):
        """Tells the locale, which is C; no other can be set."""
        if locale not in (None, "", "C", "POSIX", "C.UTF-8", "en_US.UTF-8"):
            raise module.Error(f"unsupported locale setting {locale!r}: sessions have the locale C; write numbers with f\"{{x:,.2f}}\"")
        return "C"

    table = {name: getattr(module, name) for name in ("format", "format_string", "atof", "atoi", "delocalize", "localize", "str", "currency", "strcoll", "strxfrm", "normalize", "localeconv", "Error",
                                                      "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME", "CHAR_MAX") if hasattr(module, name)}
    _freeze(module.Error, set())
    return dict(table, setlocale=setlocale, resetlocale=lambda category=None: None, getlocale=lambda category=None: ("en_US", "UTF-8"), getdefaultlocale=lambda *ignored: ("en_US", "UTF-8"),
                getpreferredencoding=lambda do_setlocale=True: "UTF-8", getencoding=lambda: "utf-8")


def _view_platform(module):
    version = ".".join(str(part) for part in sys.version_info[:3])
    table = dict(python_version=lambda: version, python_version_tuple=lambda: tuple(version.split(".")), python_implementation=lambda: "CPython",
                 system=lambda: {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(sys.platform, ""))
    why = "the machine is not for sessions to know"
    return table | {name: _refuser("platform", name, why) for name in ("node", "uname", "machine", "processor", "release", "version", "platform", "architecture", "libc_ver")}


def _view_posixpath(module):
    return _view_os_path(importlib.import_module("posixpath"))


def _view_shutil(module):
    import collections

    class terminal_size(collections.namedtuple("terminal_size", "columns lines")):
        __slots__ = ()

    def copyfileobj(fsrc, fdst, length=65536):
        while data := fsrc.read(length):
            fdst.write(data)

    _closed(terminal_size)
    return dict(copyfileobj=copyfileobj, get_terminal_size=lambda fallback=(80, 24): terminal_size(80, 24), Error=OSError, SameFileError=OSError, SpecialFileError=OSError, ExecError=OSError) | {name: _refuser("shutil", name) for name in (
        "copy", "copy2", "copyfile", "copymode", "copystat", "copytree", "move", "rmtree", "disk_usage", "chown", "which", "make_archive", "unpack_archive", "ignore_patterns")}


def _view_io(module):
    """The library's RawIOBase and BufferedReader read past the end of a buffer where a session's readinto() says it filled more than there is."""

    class RawIOBase(module.IOBase):
        def read(self, size=-1):
            if size is None or size < 0:
                return self.readall()
            data = bytearray(size)
            count = self.readinto(data)
            if count is None:
                return None
            if not 0 <= count <= len(data):
                raise ValueError("readinto() says that it read more than there was room for")
            return bytes(data[:count])

        def readall(self):
            parts = []
            while part := self.read(module.DEFAULT_BUFFER_SIZE):
                parts.append(part)
            return b"".join(parts)

        def readinto(self, b):
            raise module.UnsupportedOperation("readinto")

        def write(self, b):
            raise module.UnsupportedOperation("write")

    class Buffered(module.BufferedIOBase):
        def __init__(self, raw, buffer_size=module.DEFAULT_BUFFER_SIZE):
            self._raw = raw
            self._size = buffer_size
            self._ahead = b""

        @property
        def raw(self):
            return self._raw

        @property
        def closed(self):
            return self._raw.closed

        def close(self):
            if not self._raw.closed:
                self.flush()
                self._raw.close()

        def detach(self):
            self.flush()
            return self._raw

        def flush(self):
            if hasattr(self._raw, "flush") and not self._raw.closed:
                self._raw.flush()

        def seekable(self):
            return self._raw.seekable()

        def readable(self):
            return self._raw.readable()

        def writable(self):
            return self._raw.writable()

        def tell(self):
            return self._raw.tell() - len(self._ahead)

        def seek(self, pos, whence=0):
            if whence == 1:
                pos -= len(self._ahead)
            self._ahead = b""
            return self._raw.seek(pos, whence)

    class BufferedReader(Buffered):
        def _more(self, size):
            part = self._raw.read(size)
            if part is not None and not isinstance(part, bytes):
                raise TypeError("read() should return bytes")
            return part or b""

        def peek(self, size=0):
            if not self._ahead:
                self._ahead = self._more(self._size)
            return self._ahead

        def read(self, size=-1):
            parts = [self._ahead]
            have = len(self._ahead)
            self._ahead = b""
            while size is None or size < 0 or have < size:
                part = self._more(self._size if size is None or size < 0 else max(self._size, size - have))
                if not part:
                    break
                parts.append(part)
                have += len(part)
            data = b"".join(parts)
            if size is None or size < 0:
                return data
            self._ahead = data[size:]
            return data[:size]

        def read1(self, size=-1):
            data = self.peek()
            size = len(data) if size is None or size < 0 else size
            self._ahead = data[size:]
            return data[:size]

        def writable(self):
            return False

    class BufferedWriter(Buffered):
        def write(self, b):
            data = bytes(b)
            self._raw.write(data)
            return len(data)

        def readable(self):
            return False

    for cls in (module.StringIO, module.BytesIO, module.BufferedIOBase, module.TextIOWrapper, RawIOBase, BufferedReader, BufferedWriter):
        _freeze(cls, set())
    table = {key: getattr(module, key) for key in ("StringIO", "BytesIO", "TextIOWrapper", "IOBase", "TextIOBase", "BufferedIOBase",
                                                   "UnsupportedOperation", "SEEK_SET", "SEEK_CUR", "SEEK_END", "DEFAULT_BUFFER_SIZE")}
    return dict(table, RawIOBase=RawIOBase, BufferedReader=BufferedReader, BufferedWriter=BufferedWriter, open=_refuser("io", "open"), BlockingIOError=BlockingIOError, text_encoding=lambda encoding, stacklevel=2, /: encoding or "utf-8")


def _view_codecs(module):
    # Without what opens files or registers: handlers and codecs belong to everybody. What lookup() finds is a copy, which no one else reads.
    def lookup(encoding, /):
        """How a codec encodes and decodes."""
        return Info(HOST.on_host(close, module.lookup(encoding)))

    def close(real):
        for cls in (real.streamreader, real.streamwriter, real.incrementalencoder, real.incrementaldecoder):
            if isinstance(cls, type):
                _freeze(cls, set())
        return real

    class Info:
        __slots__ = ("name", "encode", "decode", "incrementalencoder", "incrementaldecoder", "streamreader", "streamwriter")

        def __init__(self, real):
            for name in Info.__slots__:
                object.__setattr__(self, name, getattr(real, name))

        def __setattr__(self, name, value):
            raise AttributeError(f"{name} cannot be changed")

        def __iter__(self):
            return iter((self.encode, self.decode, self.streamreader, self.streamwriter))

        def __getitem__(self, at):
            return tuple(self)[at]

        def __repr__(self):
            return f"<codecs.CodecInfo object for encoding {self.name}>"

    def part(name):
        def of(encoding):
            found = getattr(lookup(encoding), name)
            if found is None:
                raise LookupError(encoding)
            return found
        return of

    def iterencode(iterator, encoding, errors="strict", **ignored):
        encoder = lookup(encoding).incrementalencoder(errors)
        for text in iterator:
            if output := encoder.encode(text):
                yield output
        if output := encoder.encode("", True):
            yield output

    def iterdecode(iterator, encoding, errors="strict", **ignored):
        decoder = lookup(encoding).incrementaldecoder(errors)
        for data in iterator:
            if output := decoder.decode(data):
                yield output
        if output := decoder.decode(b"", True):
            yield output

    Info.__name__ = Info.__qualname__ = "CodecInfo"
    HOST.freeze(Info, True)
    table = {key: getattr(module, key) for key in ("encode", "decode", "escape_decode", "escape_encode", *(key for key in module.__all__ if key.startswith("BOM")))}
    return dict(table, lookup=lookup, CodecInfo=Info, getencoder=part("encode"), getdecoder=part("decode"), getincrementalencoder=part("incrementalencoder"),
                getincrementaldecoder=part("incrementaldecoder"), getreader=part("streamreader"), getwriter=part("streamwriter"), iterencode=iterencode, iterdecode=iterdecode,
                open=_refuser("codecs", "open"))


def _adjust_queue(module, table):
    """Among threads that take turns, who waits lets the others go on; where there is nobody, nothing would ever come."""

    def turning(base):
        class Turning(base):
            def put(self, item, block=True, timeout=None):
                if block and timeout is None and 0 < self.maxsize:
                    wait_until(lambda: self._qsize() < self.maxsize, "the queue is full")
                base.put(self, item, False)

            def get(self, block=True, timeout=None):
                if block and timeout is None:
                    wait_until(self._qsize, "the queue is empty")
                return base.get(self, False)

            def join(self):
                wait_until(lambda: not self.unfinished_tasks, "not all of the queue is done (task_done)")

        Turning.__name__ = Turning.__qualname__ = base.__name__
        Turning.__module__ = "queue"
        _freeze(Turning, set())
        HOST.freeze(Turning, True)
        return Turning

    for name in ("Queue", "LifoQueue", "PriorityQueue"):
        table[name] = turning(getattr(module, name))

    class SimpleQueue:
        __slots__ = ("_items",)

        def __init__(self):
            self._items = []

        def put(self, item, block=True, timeout=None):
            self._items.append(item)

        put_nowait = put

        def get(self, block=True, timeout=None):
            if block and timeout is None:
                wait_until(lambda: self._items, "the queue is empty")
            if not self._items:
                raise module.Empty
            return self._items.pop(0)

        def get_nowait(self):
            return self.get(False)

        def empty(self):
            return not self._items

        def qsize(self):
            return len(self._items)

    HOST.freeze(SimpleQueue, True)
    table["SimpleQueue"] = SimpleQueue


def _adjust_hashlib(module, table):
    def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
        """As the library's, for up to a million rounds: it cannot be stopped while it counts."""
        rounds = int(iterations) * (1 if dklen is None else 1 + int(dklen) // 16)
        if rounds > 1_000_000:
            raise ValueError("pbkdf2_hmac() does at most 1,000,000 rounds in this session")
        return module.pbkdf2_hmac(hash_name, password, salt, int(iterations), dklen if dklen is None else int(dklen))

    if hasattr(module, "pbkdf2_hmac"):
        table["pbkdf2_hmac"] = pbkdf2_hmac


def _own_csv():
    """csv for one session, whose dialects are its own."""
    module = importlib.import_module("csv")
    dialect_of = module.get_dialect("excel").__class__
    own = {name: module.get_dialect(name) for name in ("excel", "excel-tab", "unix")}

    def known(dialect):
        if type(dialect) is str:
            if dialect not in own:
                raise module.Error("unknown dialect")
            return own[dialect]
        return dialect

    def reader(iterable, /, dialect="excel", **options):
        return module.reader(iterable, known(dialect), **options)

    def writer(file, /, dialect="excel", **options):
        return module.writer(file, known(dialect), **options)

    def register_dialect(name, /, dialect="excel", **options):
        if type(name) is not str:
            raise TypeError("dialect name must be a string")
        own[name] = dialect_of(known(dialect), **options)

    def unregister_dialect(name, /):
        if type(name) is not str or own.pop(name, None) is None:
            raise module.Error("unknown dialect")

    class DictReader(module.DictReader):
        def __init__(self, f, fieldnames=None, restkey=None, restval=None, dialect="excel", *args, **options):
            super().__init__(f, fieldnames, restkey, restval, known(dialect), *args, **options)
            self.dialect = dialect

    class DictWriter(module.DictWriter):
        def __init__(self, f, fieldnames, restval="", extrasaction="raise", dialect="excel", *args, **options):
            super().__init__(f, fieldnames, restval, extrasaction, known(dialect), *args, **options)

    limit = [131072]

    def field_size_limit(new=None):
        """Tells the limit and sets what is told next; fields may be of any size."""
        if new is not None and not isinstance(new, int):
            raise TypeError("limit must be an integer")
        before = limit[0]
        limit[0] = before if new is None else new
        return before

    for cls in (DictReader, DictWriter):
        cls.__module__, cls.__qualname__ = "csv", cls.__name__
    _closed(DictReader, DictWriter)
    shared = view("csv")
    table = {name: getattr(shared, name) for name in shared.__all__}
    return make_view("csv", dict(table, reader=reader, writer=writer, register_dialect=register_dialect, unregister_dialect=unregister_dialect, DictReader=DictReader, DictWriter=DictWriter, field_size_limit=field_size_limit,
                                 get_dialect=lambda name: known(str(name)), list_dialects=lambda: list(own)))


def _own_reprlib():
    """reprlib for one session, whose aRepr it may change."""
    module = importlib.import_module("reprlib")
    own = module.Repr()

    def recursive_repr(fillvalue="..."):
        def decorate(function):
            running = set()

            def wrapper(self):
                key = id(self)
                if key in running:
                    return fillvalue
                running.add(key)
                try:
                    return function(self)
                finally:
                    running.discard(key)

            wrapper.__name__, wrapper.__qualname__, wrapper.__doc__ = "__repr__", "__repr__", None
            return wrapper
        return decorate

    _freeze(module.Repr, set())
    return make_view("reprlib", dict(Repr=module.Repr, aRepr=own, repr=own.repr, recursive_repr=recursive_repr), own={"aRepr"})


OWN_VIEWS.update(csv=_own_csv, reprlib=_own_reprlib)
