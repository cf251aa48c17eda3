"""Functions that a session hands to threads: run one after the other, but for their sub-calls, which go out together.

A session has one thread. A function that calls a model is remade as a generator that gives its sub-calls away (the same code, from
the cell's source, but for `yield` at those calls); what others do meanwhile happens while it waits there, as if it were a thread.

Runs in the namespace of module_views.py, behind it.
"""

SUB_CALLS = ("llm_query", "rlm_query", "llm_query_batched", "rlm_query_batched")
DEEPEST_TASK = 200

_interleaved = {}

# What `from __future__ import` sets in the flags of code.
FUTURE = 0x1FE0000


class Task:
    """A call that is under way: a stack of generators, or nothing yet, and its end."""

    __slots__ = ("future", "call", "stack")

    def __init__(self, future, call):
        self.future = future
        self.call = call
        self.stack = []


class Scheduler:
    """The tasks of one session."""

    __slots__ = ("ready", "waiting", "queued", "busy")

    def __init__(self):
        self.ready = []
        self.waiting = []
        self.queued = []
        self.busy = {}

    def start(self, future, call, args, kwargs):
        """Runs a call up to its first sub-call; or later, where its pool has all the workers it may have."""
        task = Task(future, (call, args, kwargs))
        if self.busy.get(future._pool, 0) >= future._pool._limit:
            self.queued.append(task)
        else:
            self._begin(task)

    def progress(self):
        """Does the next thing there is to do; False where there is none."""
        if self.ready:
            task, value, error = self.ready.pop(0)
            self._advance(task, value, error)
        elif self.waiting:
            tasks, self.waiting = self.waiting, []
            replies = _ask([task.call for task in tasks])
            self.ready += [(task, *reply) for task, reply in zip(tasks, replies)]
        elif self.queued:
            self._begin(self.queued.pop(0))
        else:
            return False
        return True

    def withdraw(self, future):
        """Takes back a call that has not begun."""
        for task in self.queued:
            if task.future is future:
                self.queued.remove(task)
                return True
        return False

    def _begin(self, task):
        pool = task.future._pool
        self.busy[pool] = self.busy.get(pool, 0) + 1
        call, args, kwargs = task.call
        task.call = None
        self._run(task, *_enter(task.stack, call, args, kwargs))

    def _advance(self, task, value, error):
        self._run(task, None, value, error)

    def _run(self, task, wanted, value, error):
        """Goes on until the next sub-call or the end. `wanted` is a sub-call that is to be made first."""
        stack = task.stack
        while wanted is None and stack:
            try:
                asked = stack[-1].send(value) if error is None else stack[-1].throw(error)
            except StopIteration as done:
                stack.pop()
                value, error = done.value, None
            except Exception as failed:
                stack.pop()
                if type(failed) is RuntimeError and isinstance(failed.__cause__, StopIteration):
                    failed = failed.__cause__  # The function raised it: no generator then.
                value, error = None, failed
            else:
                wanted, value, error = _enter(stack, *asked)
        if wanted is not None:
            task.call = wanted
            self.waiting.append(task)
            return
        pool = task.future._pool
        self.busy[pool] -= 1
        if not self.busy[pool]:
            del self.busy[pool]
        task.future._end(value, error)
        for next_one in self.queued:
            if next_one.future._pool is pool:
                self.queued.remove(next_one)
                self._begin(next_one)
                break


def scheduler():
    return HOST.keep("<scheduler>", Scheduler)


def wait_until(is_done, what):
    """Lets tasks go on until something has happened."""
    tasks = scheduler()
    while not is_done():
        if not tasks.progress():
            raise RuntimeError(f"{what}, and threads of this session run one after the other: this would wait for ever. Put in what there is to do before the threads begin, or use llm_query_batched")


def _enter(stack, call, args, kwargs):
    """Begins a call: (sub-call to be made, None, None), (None, its value, None) or (None, None, its error). What gives sub-calls away is put on the stack."""
    try:
        while True:
            if type(call) is functools.partial:
                call, args, kwargs = call.func, (*call.args, *args), {**call.keywords, **kwargs}
            elif type(call) is types.MethodType:
                call, args = call.__func__, (call.__self__, *args)
            else:
                break
        builtins = HOST.session_builtins()
        if any(call is builtins.get(name) for name in SUB_CALLS):
            return (call, args, kwargs), None, None
        if (made := _interleave(call, builtins)) is not None:
            if len(stack) >= DEEPEST_TASK:
                raise RecursionError("maximum recursion depth exceeded")
            stack.append(made(*args, **kwargs))
            return None, None, None
        return None, call(*args, **kwargs), None
    except Exception as error:
        return None, None, error


def _interleave(function, builtins):
    """The generator function that gives away the sub-calls of a function of the session's; None where it makes none itself."""
    if type(function) is not types.FunctionType or HOST.is_shared(function):
        return None
    names = _reaching(function, builtins, {})
    source = HOST.cell_source(function.__code__.co_filename) if names else None
    return _remake(function, source, frozenset(names)) if type(source) is str else None


def _reaching(function, builtins, seen):
    """The names in a function by which it calls a model: of scaffold functions, and of functions of the session that do."""
    if id(function) in seen:
        return seen[id(function)]
    found = seen[id(function)] = set()
    code = function.__code__
    if code.co_flags & 0x2A0 or HOST.cell_source(code.co_filename) is None:
        return found  # A generator or coroutine, or not from a cell.
    cells = dict(zip(code.co_freevars, function.__closure__ or ()))
    for name in (*code.co_names, *code.co_freevars):
        try:
            value = cells[name].cell_contents if name in cells else function.__globals__[name] if name in function.__globals__ else builtins.get(name)
        except ValueError:
            continue  # Empty yet.
        if any(value is builtins.get(call) for call in SUB_CALLS) or type(value) is types.FunctionType and not HOST.is_shared(value) and (value is function or _reaching(value, builtins, seen)):
            found.add(name)
    if found <= {name for name in found if name in cells and cells[name].cell_contents is function or function.__globals__.get(name) is function}:
        found.clear()  # It calls only itself.
    return found


def _remake(function, source, names):
    code = function.__code__
    key = source, code.co_firstlineno, code.co_name, names, code.co_freevars, code.co_flags & FUTURE
    if key not in _interleaved:
        if len(_interleaved) > 100:
            _interleaved.clear()
        _interleaved[key] = _interleaved_code(*key)
    made = _interleaved[key]
    if made is None or made.co_varnames[:_arguments(made)] != code.co_varnames[:_arguments(code)] or _shape(made) != _shape(code):
        return None
    cells = dict(zip(code.co_freevars, function.__closure__ or ()))
    if not all(name in cells for name in made.co_freevars):
        return None
    return HOST.remake(function, made, tuple(cells[name] for name in made.co_freevars))


def _shape(code):
    return code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags & 0x0C


def _arguments(code):
    return code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)


def _interleaved_code(source, line, name, names, free, future):
    import ast

    class Giver(ast.NodeTransformer):
        """Gives away the calls of the function's own scope."""

        given = 0

        def visit_Call(self, node):
            self.generic_visit(node)
            if not (isinstance(node.func, ast.Name) and node.func.id in names):
                return node
            self.given += 1
            keywords = ast.Dict([one.arg and ast.Constant(one.arg) for one in node.keywords], [one.value for one in node.keywords])
            return ast.Yield(ast.Tuple([node.func, ast.Tuple(node.args, ast.Load()), keywords], ast.Load()))

        def stay(self, node):
            return node

        visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = stay

    def is_it(node):
        if isinstance(node, ast.Lambda):
            return name == "<lambda>" and node.lineno == line
        return isinstance(node, ast.FunctionDef) and node.name == name and min([node.lineno, *(one.lineno for one in node.decorator_list)]) == line

    found = [node for node in ast.walk(ast.parse(source)) if is_it(node)]
    if len(found) != 1 or "__class__" in free:
        return None
    node = found[0]
    spelled = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    if any(one.startswith("__") and not one.endswith("__") for one in spelled):
        return None  # In a class it would be another name.
    giver = Giver()
    if isinstance(node, ast.Lambda):
        node.body = giver.visit(node.body)
        inner = ast.Expr(node)
    else:
        node.body = [giver.visit(part) for part in node.body]
        node.decorator_list, node.returns = [], None
        inner = node
    if not giver.given:
        return None
    arguments = node.args
    arguments.defaults, arguments.kw_defaults = [], [None for _ in arguments.kwonlyargs]
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if one is not None:
            one.annotation = None
    outer = ast.parse("def outer():\n    pass")
    outer.body[0].body = [ast.Assign([ast.Name(one, ast.Store())], ast.Constant(None)) for one in free] + [inner]
    try:
        module = compile(ast.fix_missing_locations(outer), "<cell>", "exec", future, dont_inherit=True)
    except SyntaxError:
        return None
    of_outer = next(part for part in module.co_consts if isinstance(part, types.CodeType))
    return next((part for part in of_outer.co_consts if isinstance(part, types.CodeType) and part.co_name == name), None)


def _ask(calls):
    """(value, error) of each of some sub-calls, which go out together where they ask for the same."""
    builtins = HOST.session_builtins()
    replies = [None] * len(calls)
    groups = {}
    for at, (call, args, kwargs) in enumerate(calls):
        name = next(one for one in SUB_CALLS if call is builtins[one])
        key, prompts = _read(name, args, kwargs)
        if key is not None:
            groups.setdefault(key, []).append((at, prompts))
    for (name, model, _), members in groups.items():
        if len(members) == 1:
            continue
        schema = calls[members[0][0]][2].get("schema", (*calls[members[0][0]][1], None, None, None)[2])
        try:
            texts = list(builtins[name](sum((prompts for _, prompts in members), []), model, schema))
        except Exception:
            continue  # One of them cannot be asked: each tells for itself.
        for at, prompts in members:
            mine, texts = texts[:len(prompts)], texts[len(prompts):]
            replies[at] = (mine if calls[at][0] is builtins[name] else mine[0]), None
    for at, (call, args, kwargs) in enumerate(calls):
        if replies[at] is None:
            try:
                replies[at] = call(*args, **kwargs), None
            except Exception as error:
                replies[at] = None, error
    return replies


def _read(name, args, kwargs):
    """(what must be the same for calls to go out together, the prompts), or (None, None)."""
    values = dict(zip(("prompt", "model", "schema"), args))
    prompts = "prompts" if name.endswith("_batched") else "prompt"
    if len(args) > 3 or values.keys() & kwargs.keys() or not kwargs.keys() <= {prompts, "model", "schema"}:
        return None, None
    values.update(("prompt", value) if key == prompts else (key, value) for key, value in kwargs.items())
    prompt, model = values.get("prompt"), values.get("model")
    if prompts == "prompts":
        if type(prompt) not in (list, tuple):
            return None, None
        prompt = list(prompt)
    else:
        if type(prompt) is not str:
            return None, None
        prompt = [prompt]
    if not all(type(one) is str for one in prompt) or type(model) not in (str, type(None)):
        return None, None
    return (name.removesuffix("_batched") + "_batched", model, id(values.get("schema"))), prompt
