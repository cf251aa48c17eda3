"""What every REPL session starts from.

Runs once in the host's interpreter, in a namespace of its own that no session can name.
The host takes functions out of it by name. Works under stock python3 too: see python/tests.
"""

import builtins
import math
import re
import sys

MESSAGE_LIMIT = 10_000
NAME_LIMIT = 1_000
# What the host copies of an answer at most.
ANSWER_LIMIT = 10_000_000
FRAME_LIMIT = 40

# Builtins that reach outside the session, or that stop or wait for the host.
WITHHELD = ("breakpoint", "input", "open", "help", "copyright", "credits", "license",
            "eval", "exec", "compile", "__import__", "__loader__", "__spec__", "__build_class__")


class Reply(str):
    """The text of a sub-call, for code that awaits it."""

    __slots__ = ()

    def __await__(self):
        return str(self)
        yield


class Replies(list):
    """The texts of a batch, for code that awaits it."""

    __slots__ = ()

    def __await__(self):
        return list(self)
        yield


class Record(dict):
    """The dict of a typed sub-call or of a tool, for code that awaits it."""

    __slots__ = ()

    def __await__(self):
        return dict(self)
        yield


class Compiled:
    """What compile() gives: source text that was read once. exec() and eval() run it."""

    __slots__ = ("_source", "_file", "_mode")

    def __init__(self, source, file, mode):
        self._source = source
        self._file = file
        self._mode = mode

    def __repr__(self):
        return f"<code object <module>, file {self._file!r}>"


Compiled.__name__ = Compiled.__qualname__ = "code"


def _stop(name):
    def stop(code=None):
        raise SystemExit(f"{name}() ended this cell; the session goes on. To give the answer write FINAL(value)" if code in (None, 0) else code)
    stop.__name__ = stop.__qualname__ = name
    return stop


_INSTEAD = {
    "open": "there are no files; the text to work on is in the variable `context`, and what is to be shown is shown with print()",
    "input": "nobody answers; the text to work on is in the variable `context`",
    "breakpoint": "nobody answers; look at values with print()",
}


def _withheld(name):
    def withheld(*args, **kwargs):
        raise PermissionError(f"{name}() is not available in this session: {_INSTEAD[name]}")
    withheld.__name__ = withheld.__qualname__ = name
    return withheld


def _calls(function, sentinel):
    # In Python, so that each call is a moment at which the cell can be stopped: sum(iter(int, 1)) never ends.
    while True:
        value = function()
        if value is sentinel or value == sentinel:
            return
        yield value


def _iter(*arguments):
    if len(arguments) == 2:
        if not callable(arguments[0]):
            raise TypeError("iter(v, w): v must be callable")
        return _calls(*arguments)
    return iter(*arguments)


_iter.__name__ = _iter.__qualname__ = "iter"


def session_builtins(trusted):
    """The builtins of new sessions; each gets a copy of its own."""
    table = dict(vars(builtins))
    table["exit"] = _stop("exit")
    table["quit"] = _stop("quit")
    if not trusted:
        for name in WITHHELD:
            table.pop(name, None)
        for name in ("open", "input", "breakpoint"):
            table[name] = _withheld(name)
        table["iter"] = _iter
        table["__build_class__"] = builtins.__build_class__
    return table


_environment = {}


def environment(shown):
    """Shows the process's environment variables in os.environ, or hides them. Trusted sessions see them."""
    import posix
    if not _environment:
        _environment.update(posix.environ)
    os = sys.modules.get("os")
    for table in (posix.environ, os.environ._data if os is not None else {}):
        table.clear()
        if shown:
            table.update(_environment)


class BaseStream:
    """sys.stdout and sys.stderr: what is written goes to the session of the calling thread."""

    encoding = "utf-8"
    errors = "surrogatepass"
    newlines = None
    closed = False
    line_buffering = True

    __slots__ = ()
    mode = "w"

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def seekable(self):
        return False

    def fileno(self):
        raise OSError("the session's output has no file descriptor")


def Stream(name, write):
    """A stream: an object without a dict, so that nobody can leave something on it."""
    return type("Stream", (BaseStream,), {"__slots__": (), "name": name, "write": staticmethod(write)})()


class NoInput(BaseStream):
    """sys.stdin: always at its end, and it says so."""

    __slots__ = ()
    name = "<stdin>"
    write = None

    def read(self, size=-1):
        sys.stderr.write("Note: sys.stdin is empty: nobody answers; the text to work on is in the variable `context`\n")
        return ""

    readline = read

    def __iter__(self):
        return iter(self.read())


def unraisable(details):
    """sys.unraisablehook: one line, and no path of the machine."""
    try:
        kind = getattr(details.exc_type, "__name__", "exception")
        sys.stderr.write(f"Exception ignored: {kind}: {_message(details.exc_value)}\n")
    except BaseException:
        # A hook that fails would be called for its own failure; interrupts come again.
        pass


def drive(coroutine):
    """Runs the coroutine of a cell with top-level await to its end."""
    if "asyncio" in sys.modules or "asyncio" in coroutine.cr_code.co_names:
        import asyncio
        loop = cell_loop(asyncio)
        try:
            return loop.run_until_complete(coroutine)
        finally:
            loop.close()
    try:
        while True:
            waiting = coroutine.send(None)
            if waiting is not None:
                coroutine.throw(RuntimeError(f"await needs an event loop for {type(waiting).__name__}: import asyncio first"))
    except StopIteration as done:
        return done.value


def after_stop():
    """Undoes what a cell that was stopped left in its thread: an interrupt can meet the cleanup of asyncio too."""
    if "asyncio" in sys.modules:
        sys.modules["asyncio"]._set_running_loop(None)
    sys.set_asyncgen_hooks(None, None)


def cell_loop(asyncio):
    """An event loop without sockets: its only events are timers, what the cell's own code does, and the ends of to_thread calls."""
    import _thread

    class Idle:
        def __init__(self):
            self._asleep = _thread.allocate_lock()
            self._asleep.acquire()

        def select(self, timeout):
            if timeout is None or timeout > 0:
                self._asleep.acquire(True, -1 if timeout is None else timeout)
            return ()

        def wake(self):
            try:
                self._asleep.release()
            except RuntimeError:
                pass  # Awake already.

    class CellLoop(asyncio.BaseEventLoop):
        def __init__(self):
            super().__init__()
            self._selector = Idle()

        def _process_events(self, events):
            pass

        def _write_to_self(self):
            self._selector.wake()

        def default_exception_handler(self, context):
            # asyncio's own shows the machine's paths.
            error = context.get("exception")
            sys.stderr.write(f"{context.get('message')}\n" + (format_error(error, {})[3] if isinstance(error, BaseException) else ""))

    return CellLoop()


def render(value):
    """The text of a final answer."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (dict, list)):
        _check_length(value)
        import json
        try:
            return str(value) if _keys_collide(value) else _json_text(json, value)
        except (TypeError, ValueError, RecursionError):
            return str(value)
    return str(value)


def _json_text(json, value):
    """JSON by RFC 8259: NaN and the infinities are null, as JavaScript writes them."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        text = json.dumps(_as_json(value, set()), ensure_ascii=False, allow_nan=False, default=_plain)
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        # A lone surrogate can stand in JSON only as an escape.
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


_SURROGATE = re.compile("[\ud800-\udfff]")


def _keys_collide(value):
    """True for {1: "a", "1": "b"}: as JSON it would say one thing twice, and readers keep the last."""
    waiting = [value]
    seen = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            names = None if all(isinstance(key, str) for key in dict.keys(part)) else {_json_key(key) for key in dict.keys(part)}
            if names is not None and len(names) < dict.__len__(part):
                return True
            part = dict.values(part)
        waiting.extend(inner for inner in part if isinstance(inner, (dict, list, tuple)))
    return False


def _json_key(key):
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return int.__repr__(key) if isinstance(key, int) else str(key)


def _as_json(value, inside):
    value = _plain(value) if hasattr(type(value), "tolist") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, (dict, list, tuple)):
        return value
    if id(value) in inside:
        raise ValueError("the value contains itself")
    inside.add(id(value))
    if isinstance(value, dict):
        copy = {str(key) if isinstance(key, float) else key: _as_json(part, inside) for key, part in dict.items(value)}
    else:
        copy = [_as_json(part, inside) for part in value]
    inside.remove(id(value))
    return copy


def _plain(value):
    """What JSON has no form for: arrays and scalars of NumPy's kind become lists and numbers, everything else text."""
    return value.tolist() if hasattr(type(value), "tolist") else str(value)


def _check_length(value):
    """Refuses an answer that would be too long before its text is made; what stands in it twice counts twice."""
    left = ANSWER_LIMIT
    waiting = [iter((value,))]
    while waiting:
        for part in waiting[-1]:
            left -= len(part) if isinstance(part, (str, bytes)) else 1
            if left < 0:
                raise ValueError(f"the answer has more than {ANSWER_LIMIT:,} characters. Answer with a part of it.")
            if isinstance(part, dict):
                waiting.append(iter(dict.items(part)))
            elif isinstance(part, (list, tuple)):
                waiting.append(iter(part))
            else:
                continue
            break
        else:
            waiting.pop()
        if len(waiting) > 1000:
            waiting.pop()  # Too deep to become JSON.


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse_json(text):
    """The value of a JSON text (RFC 8259)."""
    import json
    return json.loads(text, parse_constant=_no_constant)


def measure(value):
    """(type, types of the elements, first keys, lengths, shapes) of a JSON value. What is no text counts as its JSON text."""
    import json

    def length(part):
        return len(part) if isinstance(part, str) else len(json.dumps(part, ensure_ascii=False))

    if not isinstance(value, (dict, list)):
        return type(value).__name__, type(value).__name__, [], [length(value)], []
    parts = list(value.values()) if isinstance(value, dict) else value
    kinds = _kinds(parts) or "str"
    keys = list(value)[:100] if isinstance(value, dict) else []
    if kinds == "str":
        shapes = []
    elif kinds == "dict" and (len(parts) > SHAPE_KEYS or not keys):
        shapes = [f"dict with {_keys(parts, 1)}"]
    else:
        shapes = [shape(value[key], 2) for key in keys]
    return type(value).__name__, kinds, keys, [length(part) for part in parts], shapes


SHAPE_KEYS = 12


def shape(value, depth):
    """What a JSON value is, in a few words; so many levels deep."""
    if isinstance(value, dict):
        return f"dict of {len(value):,}" + (f" with {_keys([value], depth - 1)}" if value and depth > 0 else "")
    if isinstance(value, list):
        kinds = _kinds(value)
        inside = f" with {_keys(value, depth - 1)}" if kinds == "dict" and depth > 0 else ""
        return f"list of {len(value):,} {kinds}".rstrip() + inside
    return type(value).__name__


def _kinds(parts):
    return " or ".join(sorted({type(part).__name__ for part in parts}))


def _keys(dicts, depth):
    """The keys of dicts with what stands under them, and where not all have a key, how many do."""
    found = {}
    for one in dicts:
        for key, part in one.items():
            found.setdefault(key, []).append(part)
    if not found:
        return "no keys"
    shown = []
    for key, parts in list(found.items())[:SHAPE_KEYS]:
        text = shape(parts[0], depth) if len(dicts) == 1 else _kinds(parts)
        some = f", in {len(parts):,} of {len(dicts):,}" if len(parts) < len(dicts) else ""
        shown.append(f"'{_short(key, 60)}' ({text}{some})")
    more = len(found) - len(shown)
    return ("the keys " if len(found) > 1 else "the key ") + ", ".join(shown) + (f" and {more:,} more" if more else "")


def final_text(answer):
    """The text of an `answer` that is ready, or None."""
    if isinstance(answer, dict) and answer.get("ready"):
        content = answer.get("content")
        if content is not None and content != "":
            return render(content)
    return None


def draft(answer):
    """A copy of an `answer` with the text that FINAL would make of its content."""
    content = dict.get(answer, "content")
    return {"content": content if content is None else render(content), "ready": dict.get(answer, "ready") is True}


def _message(error):
    try:
        text = str(error)
    except Exception as second:
        text = f"<str() of the exception raised {type(second).__name__}>"
    return _short(text, MESSAGE_LIMIT)


def _type_name(error, full):
    kind = type(error)
    module = _short(kind.__module__)
    if full and module not in ("builtins", "__main__"):
        return f"{module}.{_short(kind.__qualname__)}"
    return _short(kind.__qualname__ if full else kind.__name__)


def _short(text, limit=NAME_LIMIT):
    return f"{text[:limit]}... ({len(text):,} characters)" if isinstance(text, str) and len(text) > limit else text


def shown_file(path):
    # A library's place in its tree, not on this machine.
    for mark in ("/site-packages/", "/lib/python"):
        _, found, rest = path.rpartition(mark)
        if found:
            return rest if mark == "/site-packages/" else rest.partition("/")[2]
    return path.replace("\\", "/").rpartition("/")[2] if not path.startswith("<") else path


def _listed(error, name):
    value = getattr(error, name, ())
    return value if isinstance(value, (list, tuple)) else ()


def _newest(sources):
    # The host adds cells in the order they ran: the last is the one that runs now.
    return next(reversed(sources), None)


def _frames(error, sources, own):
    cell = _newest(sources)
    lines = []
    last = None
    repeats = 0
    shown = 0
    skipped = 0
    inner_line = None
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        name, number = code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
        if name == own:
            continue
        if name == cell:
            inner_line = number
        key = (name, number, code.co_name)
        if key == last:
            repeats += 1
            if repeats > 3:
                continue
        else:
            if repeats > 3:
                lines.append(f"  [Previous line repeated {repeats - 3} more times]\n")
            last, repeats = key, 1
        shown += 1
        if shown > FRAME_LIMIT:
            skipped += 1
            continue
        lines.append(f'  File "{shown_file(name)}", line {number}, in {_short(code.co_name)}\n')
        source = sources.get(name)
        if source is not None and 0 < number <= len(source):
            text = source[number - 1].strip()
            if text:
                lines.append(f"    {text[:1000]}\n")
    if repeats > 3:
        lines.append(f"  [Previous line repeated {repeats - 3} more times]\n")
    if skipped:
        lines.append(f"  [{skipped} more frames]\n")
    return lines, inner_line


def _format(error, sources, own, seen):
    seen.add(id(error))
    parts = []
    cause = error.__cause__
    context = error.__context__
    if cause is not None and id(cause) not in seen and len(seen) < 8:
        parts += _format(cause, sources, own, seen)[0]
        parts.append("\nThe above exception was the direct cause of the following exception:\n\n")
    elif context is not None and not error.__suppress_context__ and id(context) not in seen and len(seen) < 8:
        parts += _format(context, sources, own, seen)[0]
        parts.append("\nDuring handling of the above exception, another exception occurred:\n\n")
    frames, line = _frames(error, sources, own)
    if frames:
        parts.append("Traceback (most recent call last):\n")
        parts += frames
    name = _type_name(error, True)
    if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
        if error.filename == _newest(sources):
            line = error.lineno
        parts.append(f'  File "{shown_file(str(error.filename))}", line {error.lineno}\n')
        text = error.text
        if isinstance(text, str):
            text = text[:10 * MESSAGE_LIMIT].rstrip("\n")
            bare = text.lstrip()
            parts.append(f"    {bare[:1000]}\n")
            if isinstance(error.offset, int) and 0 < error.offset <= 1000:
                parts.append("    " + " " * max(error.offset - 1 - (len(text) - len(bare)), 0) + "^\n")
        parts.append(f"{name}: {_syntax_message(error)}\n")
    else:
        message = _message(error)
        parts.append(f"{name}: {message}\n" if message else f"{name}\n")
    for note in _listed(error, "__notes__"):
        parts.append(f"{_short(note, MESSAGE_LIMIT)}\n")
    for inner in _listed(error, "exceptions"):
        if isinstance(inner, BaseException) and id(inner) not in seen and len(seen) < 8:
            parts += ["  | " + text for part in _format(inner, sources, own, seen)[0] for text in part.splitlines(True)]
    return parts, line


def _syntax_message(error):
    message = _short(error.msg, MESSAGE_LIMIT)
    if isinstance(error.text, str) and error.text.lstrip()[:1] in ("!", "%"):
        message += ": lines that begin with ! or % are for IPython; here is no shell, pip adds nothing, and what is not installed stays out. Write Python alone"
    return message


def format_error(error, sources, own="<rlm>"):
    """(type, message, line in the cell or None, traceback) of an exception, all plain values.

    sources maps the file name of each cell to its source, the running cell last; frames of the file `own` are left out.
    """
    table = {name: text.splitlines() for name, text in sources.items()}
    parts, line = _format(error, table, own, set())
    if isinstance(error, SyntaxError) and isinstance(error.msg, str):
        message = _syntax_message(error)
    else:
        message = _message(error)
    return _type_name(error, False), message, line, "".join(parts)


def stopped_line(error, sources):
    """The line of the cell at which an interrupt met it, or None."""
    line = None
    cell = _newest(sources)
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == cell:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
