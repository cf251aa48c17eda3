using System.Text;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter.Locating;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The CPython of this process: one, started when first asked for, never finalised (a process ends at once without that,
/// and finalising from another thread never returns). Thread-safe.
/// </summary>
internal sealed class PythonRuntime
{
    private static readonly Lock s_lock = new();
    private static Task<PythonRuntime>? s_start;
    private static PythonRuntime? s_current;

    private readonly Stack<PythonThread> _idle = [];
    private readonly Stack<PythonThread> _idleConfined = [];
    private readonly Lock _idleLock = new();
    private readonly PythonThread _host;

    private PythonRuntime(Action<nint> beforeStart, Action<PythonRuntime> prepare) =>
        _host = PythonThread.Start(() => Load(PythonLocator.Locate(), beforeStart, prepare), confine: null);

    /// <summary>The interpreter that runs.</summary>
    public PythonInstallation Installation { get; private set; } = null!;

    /// <summary>What <c>sys.version</c> says.</summary>
    public string VersionText { get; private set; } = "";

    /// <summary>Handle of libpython.</summary>
    public nint Library { get; private set; }

    /// <summary>The running interpreter, or null before the end of the first <see cref="StartAsync"/>.</summary>
    public static PythonRuntime? Current => Volatile.Read(ref s_current);

    /// <summary>The interpreter, started now if need be with the installation the machine offers first. After a failure the next call tries again.</summary>
    /// <param name="beforeStart">Runs once, with libpython loaded and not initialised.</param>
    /// <param name="prepare">Runs once, with the GIL, as the last step of starting.</param>
    /// <exception cref="RlmConfigurationException">There is no usable CPython 3.10 to 3.14; the message lists the places looked at.</exception>
    public static Task<PythonRuntime> StartAsync(Action<nint> beforeStart, Action<PythonRuntime> prepare)
    {
        TaskCompletionSource<PythonRuntime> start;
        lock (s_lock)
        {
            if (s_start is { IsFaulted: false })
            {
                return s_start;
            }

            start = new TaskCompletionSource<PythonRuntime>(TaskCreationOptions.RunContinuationsAsynchronously);
            s_start = start.Task;
        }

        // Not under the lock: it waits a moment for the thread that starts Python.
        _ = LaunchAsync(start, beforeStart, prepare);
        return start.Task;
    }

    /// <summary>A thread for one tenant, new or used before.</summary>
    /// <param name="confine">Confines the thread, for good; null for one that is not.</param>
    public PythonThread Rent(Action? confine)
    {
        lock (_idleLock)
        {
            if ((confine is null ? _idle : _idleConfined).TryPop(out PythonThread? thread))
            {
                return thread;
            }
        }

        return PythonThread.Start(initialise: null, confine);
    }

    /// <summary>Takes a thread back. Its work must be done.</summary>
    public void Return(PythonThread thread)
    {
        if (thread.IsBroken)
        {
            return;
        }

        lock (_idleLock)
        {
            (thread.IsConfined ? _idleConfined : _idle).Push(thread);
        }
    }

    /// <summary>Runs work on the thread that initialised Python, which no session has.</summary>
    public ValueTask RunOnHostAsync(PythonWork work)
    {
        _host.Post(work);
        return work.WaitAsync();
    }

    /// <summary>The same for a Python thread, which waits. The caller must not hold the GIL.</summary>
    public void RunOnHost(PythonWork work)
    {
        if (PythonThread.Current == _host)
        {
            throw new InvalidOperationException("The thread that imports was about to wait for itself. This is a defect of Rlm.Embedded; please report it with this stack.");
        }

        _host.Post(work);
        work.Wait();
    }

    /// <summary>An exception class by its name without <c>PyExc_</c>; borrowed.</summary>
    public unsafe PyObject* ExceptionType(string name) => Exception(Library, name);

    private static async Task LaunchAsync(TaskCompletionSource<PythonRuntime> start, Action<nint> beforeStart, Action<PythonRuntime> prepare)
    {
        try
        {
            HostThread.KeepOneFree();
            PythonRuntime runtime = new(beforeStart, prepare);
            await runtime.RunOnHostAsync(new Started(runtime)).ConfigureAwait(false);
            start.SetResult(runtime);
        }
        catch (Exception exception)
        {
            start.SetException(exception);
        }
    }

    private unsafe void Load(PythonInstallation installation, Action<nint> beforeStart, Action<PythonRuntime> prepare)
    {
        Installation = installation;
        Library = Open(installation.LibraryPath!);
        try
        {
            CApi.Load(Library);
        }
        catch (EntryPointNotFoundException exception)
        {
            throw new RlmConfigurationException(
                $"'{installation.LibraryPath}' is not a CPython 3.10 to 3.14: {exception.Message} Set RLM_PYTHON_LIBRARY to another one.", exception);
        }

        if (Py_IsInitialized() != 0)
        {
            throw new RlmConfigurationException("Another component of this process has started CPython already; Rlm.Embedded must be the one that does.");
        }

        MemoryQuota.Install(Library);
        beforeStart(Library);
        Initialise();
        prepare(this);
    }

    private static nint Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return NativeLibrary.Load(path);
        }

        // Extension modules of distributions are not linked to libpython: they find its symbols only when they are global.
        int flags = OperatingSystem.IsMacOS() ? LibC.LazyGlobalMac : LibC.LazyGlobal;
        nint library = LibC.DlOpen(path, flags);
        if (library != 0)
        {
            return library;
        }

        // .NET binds each function at its first call by dlsym, which clears what dlerror is to tell: ask again, with both bound.
        _ = LibC.DlError();
        _ = LibC.DlOpen(path, flags);
        string? reason = Marshal.PtrToStringUTF8(LibC.DlError());
        throw new RlmConfigurationException($"'{path}' cannot be loaded: {reason}. Set RLM_PYTHON_LIBRARY to another libpython.");
    }

    private unsafe void Initialise()
    {
        // Results must not depend on the caller's PYTHON* variables or locale.
        SetFlag("Py_IgnoreEnvironmentFlag");
        SetFlag("Py_UTF8Mode");
        SetFlag("Py_NoUserSiteDirectory");
        SetFlag("Py_DontWriteBytecodeFlag");
        SetFlag("Py_FrozenFlag");
        SetFlag("Py_NoSiteFlag");
        Py_SetPythonHome(Wide(Installation.Home!));
        Py_SetProgramName(Wide(Installation.Executable ?? Path.Combine(Installation.Home!, "bin", "python3")));
        Py_InitializeEx(0);
        Gil.NoteHeld();
        VersionText = Marshal.PtrToStringUTF8((nint)Py_GetVersion()) ?? "";
        if (!VersionText.StartsWith($"{Installation.Version!.Major}.{Installation.Version.Minor}.", StringComparison.Ordinal))
        {
            throw new RlmConfigurationException(
                $"'{Installation.LibraryPath}' says it is Python {VersionText}, its home says {Installation.Version}. Set RLM_PYTHON_LIBRARY and RLM_PYTHON_HOME to one installation.");
        }

        PyText.Probe(Installation.Version.Minor);
        Interrupts.Install(Library);
    }

    private unsafe void SetFlag(string name)
    {
        if (NativeLibrary.TryGetExport(Library, name, out nint flag))
        {
            *(int*)flag = 1;
        }
    }

    /// <summary>A <c>wchar_t*</c>; CPython keeps it, so it is never freed.</summary>
    private static unsafe void* Wide(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            return (void*)Marshal.StringToHGlobalUni(text);
        }

        byte[] utf32 = Encoding.UTF32.GetBytes(text + '\0');
        void* copy = NativeMemory.Alloc((nuint)utf32.Length);
        utf32.CopyTo(new Span<byte>(copy, utf32.Length));
        return copy;
    }

    /// <summary>The first work of the first thread: by then Python runs.</summary>
    private sealed class Started(PythonRuntime runtime) : PythonWork
    {
        protected override void Run() => Volatile.Write(ref s_current, runtime);
    }
}
