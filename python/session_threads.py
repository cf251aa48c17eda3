"""threading, concurrent.futures and asyncio for sessions, which have one thread.

Runs in the namespace of module_views.py, behind it.
"""

def _view_threading(module):
    class Lock:
        """A lock among threads that run one after the other: who waits for it waits for ever, so that is an error."""

        __slots__ = ("_held",)
        _again = False

        def __init__(self):
            self._held = 0

        def acquire(self, blocking=True, timeout=-1):
            if self._held and not self._again:
                if not blocking:
                    return False
                wait_until(lambda: not self._held, "the lock is held")
            self._held += 1
            return True

        def release(self):
            if not self._held:
                raise RuntimeError("release unlocked lock")
            self._held -= 1

        def locked(self):
            return self._held > 0

        def __enter__(self):
            return self.acquire()

        def __exit__(self, *details):
            self.release()

    class RLock(Lock):
        __slots__ = ()
        _again = True

    class Semaphore:
        __slots__ = ("_value",)

        def __init__(self, value=1):
            self._value = value

        def acquire(self, blocking=True, timeout=None):
            if self._value <= 0:
                if not blocking:
                    return False
                wait_until(lambda: self._value > 0, "the semaphore is used up")
            self._value -= 1
            return True

        def release(self, n=1):
            self._value += n

        def __enter__(self):
            return self.acquire()

        def __exit__(self, *details):
            self.release()

    class Event:
        __slots__ = ("_set",)

        def __init__(self):
            self._set = False

        def is_set(self):
            return self._set

        def set(self):
            self._set = True

        def clear(self):
            self._set = False

        def wait(self, timeout=None):
            if not self._set and timeout is None:
                wait_until(lambda: self._set, "the event is not set")
            return self._set

    class Condition:
        __slots__ = ("_lock", "_told")

        def __init__(self, lock=None):
            self._lock = RLock() if lock is None else lock
            self._told = 0

        def acquire(self, *args, **kwargs):
            return self._lock.acquire(*args, **kwargs)

        def release(self):
            self._lock.release()

        def __enter__(self):
            return self._lock.__enter__()

        def __exit__(self, *details):
            return self._lock.__exit__(*details)

        def wait(self, timeout=None):
            before = self._told
            if timeout is None:
                self._lock.release()
                try:
                    wait_until(lambda: self._told != before, "nobody notifies the condition")
                finally:
                    self._lock.acquire()
            return self._told != before

        def wait_for(self, predicate, timeout=None):
            while not (value := predicate()):
                if not self.wait(timeout):
                    return predicate()
            return value

        def notify(self, n=1):
            self._told += 1

        notify_all = notify

    class Barrier:
        __slots__ = ("parties", "_came")

        def __init__(self, parties, action=None, timeout=None):
            self.parties = parties
            self._came = 0

        def wait(self, timeout=None):
            self._came += 1
            wait_until(lambda: self._came >= self.parties, "others have not come to the barrier")
            return 0

    class Thread:
        """Runs its target when started, to the end or to its first sub-call: those of several threads go out together."""

        _limit = 10_000

        def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
            self._target = target
            self._args = args
            self._kwargs = kwargs or {}
            self._future = None
            self.name = name or "Thread"
            self.daemon = bool(daemon)
            self.ident = None

        def start(self):
            if self._future is not None:
                raise RuntimeError("threads can only be started once")
            self.ident = 1
            self._future = Future(everyone)
            self._future.add_done_callback(self._ended)
            call, args, kwargs = (self._target, self._args, self._kwargs) if type(self).run is Thread.run else (self.run, (), {})
            if call is not None:
                scheduler().start(self._future, call, tuple(args), kwargs)
            else:
                self._future._end(None, None)

        def _ended(self, future):
            error = future._error
            if error is not None and not isinstance(error, SystemExit):
                sys.stderr.write(f"Exception in thread {self.name}:\n" + HOST.format_error(error, {})[3])

        def run(self):
            if self._target is not None:
                self._target(*self._args, **self._kwargs)

        def join(self, timeout=None):
            if self._future is None:
                raise RuntimeError("cannot join thread before it is started")
            wait_until(lambda: self._future._is_done, f"the thread {self.name} does not end")

        def is_alive(self):
            return self._future is not None and not self._future.done()

        @property
        def native_id(self):
            return self.ident

        def setDaemon(self, daemon):
            self.daemon = daemon

        def getName(self):
            return self.name

    class Timer(Thread):
        """Calls a function after a while, in which nothing else happens."""

        def __init__(self, interval, function, args=None, kwargs=None):
            Thread.__init__(self, target=function, args=args or (), kwargs=kwargs or {})
            self._interval = interval
            self._off = False

        def start(self):
            import time
            if not self._off:
                time.sleep(self._interval)
            Thread.start(self)

        def cancel(self):
            self._off = True

    everyone = Everyone()

    class Local:
        """Values of the one thread there is."""

    Local.__name__ = Local.__qualname__ = "local"
    def main():
        return Thread(name="MainThread")

    for cls in (Lock, RLock, Semaphore, Event, Condition, Barrier, Thread, Timer, Local):
        cls.__module__, cls.__qualname__ = "threading", cls.__name__
        HOST.freeze(cls, True)
    return dict(Thread=Thread, Lock=Lock, RLock=RLock, Semaphore=Semaphore, BoundedSemaphore=Semaphore, Event=Event, Condition=Condition, Barrier=Barrier, Timer=Timer, local=Local, TIMEOUT_MAX=1e9,
                current_thread=main, main_thread=main, active_count=lambda: 1, get_ident=lambda: 1, get_native_id=lambda: 1, enumerate=lambda: [main()], excepthook=None, stack_size=lambda size=0: 0,
                ThreadError=RuntimeError, BrokenBarrierError=RuntimeError, currentThread=main)


class Everyone:
    """Those who work without a pool."""

    __slots__ = ()
    _limit = 1000


class Future:
    """A call that was submitted."""

    def __init__(self, pool=None):
        self._pool = pool
        self._value = None
        self._error = None
        self._is_done = False
        self._is_cancelled = False
        self._callbacks = []

    def _end(self, value, error):
        self._value, self._error, self._is_done = value, error, True
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            self._tell(callback)

    def _tell(self, callback):
        try:
            callback(self)
        except Exception as error:
            sys.stderr.write("exception calling callback\n" + HOST.format_error(error, {})[3])

    def result(self, timeout=None):
        wait_until(lambda: self._is_done, "the call does not end")
        if self._is_cancelled:
            raise CancelledError()
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self, timeout=None):
        wait_until(lambda: self._is_done, "the call does not end")
        if self._is_cancelled:
            raise CancelledError()
        return self._error

    def done(self):
        """Whether it has ended; who asks lets it go on."""
        if not self._is_done:
            scheduler().progress()
        return self._is_done

    def running(self):
        return not self.done()

    def cancelled(self):
        return self._is_cancelled

    def cancel(self):
        if not self._is_done and scheduler().withdraw(self):
            self._is_cancelled = True
            self._end(None, None)
        return self._is_cancelled

    def add_done_callback(self, callback):
        if self._is_done:
            self._tell(callback)
        else:
            self._callbacks.append(callback)

    def set_result(self, result):
        self._end(result, None)

    def set_exception(self, exception):
        self._end(None, exception)

    def set_running_or_notify_cancel(self):
        return not self._is_cancelled

    def __repr__(self):
        return f"<Future state={'cancelled' if self._is_cancelled else 'finished' if self._is_done else 'running'}>"


class CancelledError(Exception):
    """The call was cancelled before it began."""


def _view_concurrent_futures(module):
    import collections

    class Executor:
        def submit(self, call, /, *args, **kwargs):
            raise NotImplementedError

        def map(self, call, *iterables, timeout=None, chunksize=1):
            futures = [self.submit(call, *values) for values in zip(*iterables)]

            def results():
                for future in futures:
                    yield future.result()
            return results()

        def shutdown(self, wait=True, *, cancel_futures=False):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *details):
            self.shutdown()
            return False

    class ThreadPoolExecutor(Executor):
        """Sessions have one thread: calls are made one after the other, but for their sub-calls, which go out together, `max_workers` at a time."""

        def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=(), **also_ignored):
            if max_workers is not None and max_workers <= 0:
                raise ValueError("max_workers must be greater than 0")
            self._limit = 32 if max_workers is None else max_workers
            self._max_workers = self._limit
            self._futures = []
            self._is_closed = False
            if initializer is not None:
                initializer(*initargs)

        def submit(self, call, /, *args, **kwargs):
            if self._is_closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future = Future(self)
            scheduler().start(future, call, args, kwargs)
            if not future._is_done:
                self._futures.append(future)
            return future

        def shutdown(self, wait=True, *, cancel_futures=False):
            self._is_closed = True
            futures, self._futures = self._futures, []
            for future in futures:
                if cancel_futures:
                    future.cancel()
                wait_until(lambda: future._is_done, "a call does not end")

    def as_completed(fs, timeout=None):
        left = list(dict.fromkeys(fs))
        while left:
            done = [future for future in left if future._is_done]
            left = [future for future in left if not future._is_done]
            yield from done
            if left and not done:
                wait_until(lambda: any(future._is_done for future in left), "the calls do not end")

    def wait(fs, timeout=None, return_when="ALL_COMPLETED"):
        fs = set(fs)
        def enough():
            done = [future for future in fs if future._is_done]
            return len(done) == len(fs) or return_when == "FIRST_COMPLETED" and done or return_when == "FIRST_EXCEPTION" and any(future._error is not None for future in done)
        wait_until(enough, "the calls do not end")
        done = {future for future in fs if future._is_done}
        return Waited(done, fs - done)

    def ProcessPoolExecutor(*args, **kwargs):
        raise PermissionError("ProcessPoolExecutor is not available in this session: there are no processes; use ThreadPoolExecutor, or llm_query_batched for calls of models")

    Waited = collections.namedtuple("DoneAndNotDoneFutures", "done not_done")
    _freeze(Waited, set())
    for cls in (Everyone, Task, Scheduler, Future, CancelledError, Executor, ThreadPoolExecutor, Waited):
        HOST.freeze(cls, True)
    return dict(Executor=Executor, ThreadPoolExecutor=ThreadPoolExecutor, ProcessPoolExecutor=ProcessPoolExecutor, Future=Future, as_completed=as_completed, wait=wait, TimeoutError=TimeoutError,
                CancelledError=CancelledError, InvalidStateError=RuntimeError, BrokenExecutor=RuntimeError, ALL_COMPLETED="ALL_COMPLETED", FIRST_COMPLETED="FIRST_COMPLETED", FIRST_EXCEPTION="FIRST_EXCEPTION")


def _view_asyncio(module):
    names = ("gather", "sleep", "create_task", "ensure_future", "wait", "wait_for", "as_completed", "shield", "Semaphore", "BoundedSemaphore", "Lock",
             "Event", "Condition", "Barrier", "BrokenBarrierError", "Queue", "PriorityQueue", "LifoQueue", "QueueEmpty", "QueueFull", "QueueShutDown", "TaskGroup", "Task", "Future", "timeout", "timeout_at", "Timeout",
             "iscoroutine", "iscoroutinefunction", "CancelledError", "TimeoutError", "InvalidStateError", "IncompleteReadError", "FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED", "current_task", "all_tasks", "isfuture")
    table = {}
    for name in names:
        value = getattr(module, name, None)
        if value is not None:
            table[name] = _shown(value)

    def running():
        try:
            return module.get_running_loop()
        except RuntimeError:
            return None

    def run(main, *, debug=None, **also_ignored):
        if running() is not None:
            raise RuntimeError("asyncio.run() cannot be called while this cell's own loop runs: write await main()")
        if not module.iscoroutine(main):
            raise ValueError(f"a coroutine was expected, got {main!r}")
        loop = HOST.cell_loop(module)
        try:
            return loop.run_until_complete(main)
        finally:
            loop.close()

    def wait_for_call(future):
        """A future of the loop's for a call that others may wait beside: sub-calls go out when nothing else is left to do."""
        loop = module.get_running_loop()
        waiter = loop.create_future()

        def ended(done):
            if waiter.done():
                return
            if done._is_cancelled:
                waiter.cancel()
            elif isinstance(done._error, StopIteration):
                waiter.set_exception(RuntimeError("a function raised StopIteration"))
            elif done._error is not None:
                waiter.set_exception(done._error)
            else:
                waiter.set_result(done._value)

        def pump():
            # One for all calls of the loop.
            waiting[:] = [(one, tell) for one, tell in waiting if not one._is_done]
            if not waiting:
                return
            if not loop._ready and not scheduler().progress():
                failed = Future()
                failed._error = RuntimeError("the call would wait for ever")
                for one, tell in waiting:
                    tell(failed)
                waiting.clear()
                return
            loop.call_soon(pump)

        future.add_done_callback(ended)
        if not future._is_done:
            waiting = vars(loop).setdefault("_rlm_waiting", [])
            waiting.append((future, ended))
            if len(waiting) == 1:
                loop.call_soon(pump)
        return waiter

    def called(call, args, kwargs):
        future = Future(everyone)
        scheduler().start(future, call, args, kwargs)
        return wait_for_call(future)

    async def to_thread(func, /, *args, **kwargs):
        return await called(func, args, kwargs)

    class Loop:
        """The event loop of a cell."""

        __slots__ = ("_own",)

        def is_running(self):
            return running() is not None

        def is_closed(self):
            return False

        def close(self):
            pass

        stop = close

        def run_until_complete(self, future):
            async def awaited():
                return await future
            return run(awaited())

        def create_task(self, coro, *, name=None, **also_ignored):
            return module.create_task(coro, name=name)

        def create_future(self):
            return module.get_running_loop().create_future()

        def time(self):
            return module.get_running_loop().time()

        def call_soon(self, callback, *args, **also_ignored):
            return shown(module.get_running_loop().call_soon(callback, *args))

        call_soon_threadsafe = call_soon

        def call_later(self, delay, callback, *args, **also_ignored):
            return shown(module.get_running_loop().call_later(delay, callback, *args))

        def run_in_executor(self, executor, func, *args):
            return called(func, args, {}) if executor is None else wait_for_call(executor.submit(func, *args))

        def set_debug(self, enabled):
            pass

        def get_debug(self):
            return False

    class Handle:
        """A callback that will be called."""

        __slots__ = ("cancel", "cancelled")

    def shown(handle):
        made = Handle()
        made.cancel, made.cancelled = handle.cancel, handle.cancelled
        return made

    def get_running_loop():
        module.get_running_loop()
        return loop

    def get_event_loop():
        """The loop of the running cell, or one that runs what it is given."""
        return loop

    def set_event_loop(other):
        """Has no effect: each cell has one loop."""

    def wrap_future(future, **also_ignored):
        return wait_for_call(future) if isinstance(future, Future) else future

    class Runner:
        """Runs coroutines one after the other."""

        def __init__(self, **also_ignored):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *details):
            return None

        def run(self, coro, **also_ignored):
            return run(coro)

        def get_loop(self):
            return loop

        def close(self):
            pass

    # Frames are not for sessions; C code holds these functions, so they get other code.
    def no_stack(task, limit):
        return []

    def print_no_stack(task, limit, file):
        pass

    real_context = getattr(module.Task, "get_context", None)

    def get_context(self, /):
        # It leads to the variables of everybody's modules: C code of decimal takes what stands there for a context of its own.
        if HOST.is_restricted():
            raise AttributeError("Task.get_context() is not available in this session: use contextvars.copy_context()")
        return real_context(self)

    if real_context is not None and not isinstance(real_context, types.FunctionType):
        _put(module.Task, get_context=get_context)
    everyone = Everyone()
    loop = Loop()
    _view_concurrent_futures(None)
    for cls in (Loop, Handle, Runner):
        HOST.freeze(cls, True)
    HOST.share(loop)
    module.base_tasks._task_get_stack.__code__ = no_stack.__code__
    module.base_tasks._task_print_stack.__code__ = print_no_stack.__code__
    table.update(run=run, to_thread=to_thread, get_running_loop=get_running_loop, get_event_loop=get_event_loop, new_event_loop=get_event_loop, set_event_loop=set_event_loop, wrap_future=wrap_future,
                 Runner=Runner, AbstractEventLoop=Loop)
    return table
