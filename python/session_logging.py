"""logging for one session: records go where its handlers write, and without any to the cell's error output.

Runs in the namespace of module_views.py, behind it.
"""

LEVELS = {"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


def _own_logging():
    names = {number: name for name, number in LEVELS.items() if name not in ("FATAL", "WARN")}
    disabled = [0]

    def number_of(level):
        if isinstance(level, str):
            if level not in LEVELS and level not in names.values():
                raise ValueError(f"Unknown level: {level!r}")
            return LEVELS.get(level) or next((number for number, name in names.items() if name == level), 0)
        return level

    class LogRecord:
        def __init__(self, name, level, pathname, lineno, msg, args, exc_info, func=None, sinfo=None, **also_ignored):
            import time
            self.name, self.levelno, self.levelname, self.msg, self.args = name, level, names.get(level, f"Level {level}"), msg, args
            self.pathname = self.filename = pathname
            self.module, self.lineno, self.funcName, self.exc_info, self.exc_text, self.stack_info = "__main__", lineno, func or "<module>", exc_info, None, sinfo
            self.created = time.time()
            self.msecs = int(self.created % 1 * 1000)
            self.relativeCreated = 0
            self.thread, self.threadName, self.process, self.processName = 1, "MainThread", 1, "MainProcess"

        def getMessage(self):
            args = self.args[0] if len(self.args) == 1 and isinstance(self.args[0], dict) and self.args[0] else self.args
            return str(self.msg) % args if args else str(self.msg)

        def __repr__(self):
            return f'<LogRecord: {self.name}, {self.levelno}, {self.pathname}, {self.lineno}, "{self.msg}">'

    class Formatter:
        default_time_format = "%Y-%m-%d %H:%M:%S"

        def __init__(self, fmt=None, datefmt=None, style="%", validate=True, *, defaults=None):
            self._fmt = fmt or {"%": "%(message)s", "{": "{message}", "$": "${message}"}[style]
            self.datefmt = datefmt
            self._style = style
            self._defaults = defaults or {}

        def usesTime(self):
            return "asctime" in self._fmt

        def formatTime(self, record, datefmt=None):
            import time
            when = time.localtime(record.created)
            return time.strftime(datefmt, when) if datefmt else f"{time.strftime(self.default_time_format, when)},{record.msecs:03.0f}"

        def formatException(self, exc_info):
            return HOST.format_error(exc_info[1], {})[3].rstrip("\n")

        def formatMessage(self, record):
            values = self._defaults | vars(record)
            if self._style == "%":
                return self._fmt % values
            if self._style == "{":
                return self._fmt.format(**values)
            import string
            return string.Template(self._fmt).substitute(values)

        def format(self, record):
            record.message = record.getMessage()
            if self.usesTime():
                record.asctime = self.formatTime(record, self.datefmt)
            text = self.formatMessage(record)
            if record.exc_info and isinstance(record.exc_info[1], BaseException):
                text += "\n" + self.formatException(record.exc_info)
            return text

    class Filterer:
        def __init__(self):
            self.filters = []

        def addFilter(self, filter):
            self.filters.append(filter)

        def removeFilter(self, filter):
            if filter in self.filters:
                self.filters.remove(filter)

        def filter(self, record):
            for one in self.filters:
                if not (one.filter(record) if hasattr(one, "filter") else one(record)):
                    return False
            return True

    class Filter:
        def __init__(self, name=""):
            self.name = name

        def filter(self, record):
            return not self.name or record.name == self.name or record.name.startswith(self.name + ".")

    class Handler(Filterer):
        def __init__(self, level=0):
            Filterer.__init__(self)
            self.level = number_of(level)
            self.formatter = None
            self.name = None

        def setLevel(self, level):
            self.level = number_of(level)

        def setFormatter(self, formatter):
            self.formatter = formatter

        def format(self, record):
            return (self.formatter or plain).format(record)

        def emit(self, record):
            raise NotImplementedError("emit must be implemented by Handler subclasses")

        def handle(self, record):
            if passed := self.filter(record):
                self.emit(record)
            return passed

        def acquire(self):
            pass

        release = flush = close = createLock = acquire

        def handleError(self, record):
            error = sys.exc_info()[1]
            if error is not None:
                sys.stderr.write("--- Logging error ---\n" + HOST.format_error(error, {})[3])

    class StreamHandler(Handler):
        terminator = "\n"

        def __init__(self, stream=None):
            Handler.__init__(self)
            self.stream = stream

        def setStream(self, stream):
            before, self.stream = self.stream, stream
            return before

        def emit(self, record):
            try:
                (self.stream or sys.stderr).write(self.format(record) + self.terminator)
            except Exception:
                self.handleError(record)

    class NullHandler(Handler):
        def emit(self, record):
            pass

        handle = emit

    def FileHandler(*args, **kwargs):
        raise PermissionError(f"logging.FileHandler is not available in this session: {FILES}; use StreamHandler(io.StringIO())")

    class Logger(Filterer):
        def __init__(self, name, level=0):
            Filterer.__init__(self)
            self.name = name
            self.parent = None
            self.level = number_of(level)
            self.disabled = False
            self.propagate = True
            self.handlers = []

        def setLevel(self, level):
            self.level = number_of(level)

        def getEffectiveLevel(self):
            return self.level or (self.parent.getEffectiveLevel() if self.parent is not None else 30)

        def isEnabledFor(self, level):
            return not self.disabled and level > disabled[0] - (disabled[0] == 0) and level >= self.getEffectiveLevel()

        def addHandler(self, handler):
            if handler not in self.handlers:
                self.handlers.append(handler)

        def removeHandler(self, handler):
            if handler in self.handlers:
                self.handlers.remove(handler)

        def hasHandlers(self):
            return bool(self.handlers) or self.propagate and self.parent is not None and self.parent.hasHandlers()

        def getChild(self, suffix):
            return getLogger(suffix if self is root else f"{self.name}.{suffix}")

        def makeRecord(self, name, level, fn, lno, msg, args, exc_info, func=None, extra=None, sinfo=None):
            record = LogRecord(name, level, fn, lno, msg, args, exc_info, func, sinfo)
            for key, value in (extra or {}).items():
                if type(key) is str and not HOST.is_refused(key):
                    setattr(record, key, value)
            return record

        def handle(self, record):
            if self.disabled or not self.filter(record):
                return
            logger, met = self, False
            while logger is not None:
                for handler in logger.handlers:
                    met = True
                    if record.levelno >= handler.level:
                        handler.handle(record)
                logger = logger.parent if logger.propagate else None
            if not met and record.levelno >= 30:
                sys.stderr.write(record.getMessage() + "\n")

        def log(self, level, msg, *args, exc_info=None, extra=None, stack_info=False, stacklevel=1):
            if not self.isEnabledFor(level):
                return
            if isinstance(exc_info, BaseException):
                exc_info = type(exc_info), exc_info, None
            elif exc_info:
                error = sys.exc_info()[1]
                exc_info = type(error), error, None
            self.handle(self.makeRecord(self.name, level, "<cell>", 0, msg, args, exc_info, None, extra))

        def debug(self, msg, *args, **named):
            self.log(10, msg, *args, **named)

        def info(self, msg, *args, **named):
            self.log(20, msg, *args, **named)

        def warning(self, msg, *args, **named):
            self.log(30, msg, *args, **named)

        warn = warning

        def error(self, msg, *args, **named):
            self.log(40, msg, *args, **named)

        def critical(self, msg, *args, **named):
            self.log(50, msg, *args, **named)

        fatal = critical

        def exception(self, msg, *args, exc_info=True, **named):
            self.log(40, msg, *args, exc_info=exc_info, **named)

        def __repr__(self):
            level = self.getEffectiveLevel()
            return f"<{type(self).__name__} {self.name} ({names.get(level, level)})>"

    class LoggerAdapter:
        def __init__(self, logger, extra=None, **also_ignored):
            self.logger = logger
            self.extra = extra

        def process(self, msg, kwargs):
            return msg, dict(kwargs, extra=self.extra)

        def log(self, level, msg, *args, **kwargs):
            msg, kwargs = self.process(msg, kwargs)
            self.logger.log(level, msg, *args, **kwargs)

        def debug(self, msg, *args, **kwargs):
            self.log(10, msg, *args, **kwargs)

        def info(self, msg, *args, **kwargs):
            self.log(20, msg, *args, **kwargs)

        def warning(self, msg, *args, **kwargs):
            self.log(30, msg, *args, **kwargs)

        def error(self, msg, *args, **kwargs):
            self.log(40, msg, *args, **kwargs)

        def critical(self, msg, *args, **kwargs):
            self.log(50, msg, *args, **kwargs)

        def exception(self, msg, *args, **kwargs):
            self.log(40, msg, *args, **{"exc_info": True, **kwargs})

        def setLevel(self, level):
            self.logger.setLevel(level)

        def isEnabledFor(self, level):
            return self.logger.isEnabledFor(level)

    plain = Formatter()
    root = Logger("root", 30)
    loggers = {}

    def getLogger(name=None):
        if not name or name == "root":
            return root
        if name not in loggers:
            made = loggers[name] = Logger(name)
            head = name.rpartition(".")[0]
            made.parent = getLogger(head) if head else root
        return loggers[name]

    def basicConfig(*, level=None, format=None, datefmt=None, style="%", stream=None, handlers=None, filename=None, force=False, **also_ignored):
        if filename is not None:
            raise PermissionError(f"logging.basicConfig(filename=...) is not available in this session: {FILES}; records go to the cell's output")
        if force:
            root.handlers.clear()
        if not root.handlers:
            for handler in handlers or [StreamHandler(stream)]:
                if handler.formatter is None:
                    handler.setFormatter(Formatter(format or {"%": "%(levelname)s:%(name)s:%(message)s", "{": "{levelname}:{name}:{message}", "$": "${levelname}:${name}:${message}"}[style], datefmt, style))
                root.addHandler(handler)
            if level is not None:
                root.setLevel(level)

    def addLevelName(level, name):
        names[level] = name

    def disable(level=50):
        disabled[0] = number_of(level)

    def captureWarnings(capture):
        """Has no effect: warnings go to the cell's output."""

    def getLevelName(level):
        return names.get(level) or LEVELS.get(level, f"Level {level}")

    def through_root(name):
        def call(*args, **named):
            if not root.handlers:
                basicConfig()
            getattr(root, name)(*args, **named)
        call.__name__ = call.__qualname__ = name
        return call

    for cls in (LogRecord, Formatter, Filterer, Filter, Handler, StreamHandler, NullHandler, Logger, LoggerAdapter):
        cls.__module__, cls.__qualname__ = "logging", cls.__name__
        HOST.freeze(cls, True)
    table = dict(LEVELS, Logger=Logger, LoggerAdapter=LoggerAdapter, LogRecord=LogRecord, Handler=Handler, StreamHandler=StreamHandler, FileHandler=FileHandler, NullHandler=NullHandler, Formatter=Formatter,
                 Filter=Filter, getLogger=getLogger, basicConfig=basicConfig, addLevelName=addLevelName, disable=disable, captureWarnings=captureWarnings, getLevelName=getLevelName,
                 getLevelNamesMapping=lambda: dict(LEVELS), root=root, shutdown=lambda: None, BASIC_FORMAT="%(levelname)s:%(name)s:%(message)s", lastResort=None)
    table.update((name, through_root(name)) for name in ("debug", "info", "warning", "warn", "error", "critical", "fatal", "exception", "log"))
    return make_view("logging", table, own={"root"})


def _view_logging(module):
    return {}


OWN_VIEWS.update(logging=_own_logging)
