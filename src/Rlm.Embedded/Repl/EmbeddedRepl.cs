using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl.Saving;
using Rlm.Embedded.Sandbox;
using Rlm.Embedded.Sandbox.Linux;

namespace Rlm.Embedded.Repl;

/// <summary>
/// A REPL session in the CPython of this process. The interpreter is shared by all sessions of the process and started by the first;
/// each session has its own globals, builtins, output and thread. Not thread-safe: one cell at a time.
/// </summary>
public sealed class EmbeddedRepl : IReplEnvironment
{
    private readonly PythonRuntime _runtime;
    private readonly PythonThread _thread;
    private readonly ReplSessionOptions _options;
    private ReplSession? _session;
    private int _busy;

    private EmbeddedRepl(PythonRuntime runtime, PythonThread thread, ReplSessionOptions options)
    {
        _runtime = runtime;
        _thread = thread;
        _options = options;
    }

    /// <inheritdoc/>
    public ContextInfo Context => Session.Context;

    /// <inheritdoc/>
    public ReplDescription Description => new("embedded") { Profile = _options.Profile, Layers = SandboxLayers.Active(_options.Profile), Limits = _options.Limits };

    private ReplSession Session => _session ?? throw new ObjectDisposedException(nameof(EmbeddedRepl));

    /// <summary>Opens a session, and starts the interpreter if it does not run yet.</summary>
    /// <param name="options">What the session starts with; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="RlmConfigurationException">There is no usable CPython 3.10 to 3.14, or an option is wrong.</exception>
    /// <exception cref="RlmContextException">The context cannot be read.</exception>
    /// <exception cref="EngineWedgedException">Code that cannot be interrupted holds the interpreter.</exception>
    /// <exception cref="RlmException">The machine gives the process no further thread.</exception>
    public static async ValueTask<EmbeddedRepl> OpenAsync(ReplSessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new ReplSessionOptions();
        Packages.Check(options.Profile, options.PackagePaths, options.AllowedModules);
        PythonRuntime runtime = await PythonRuntime.StartAsync(PrepareSandbox, ReplPrelude.Load).ConfigureAwait(false);
        Wedge.ThrowIfHeld();
        if (options.Profile == SandboxProfile.Required && SandboxLayers.Missing() is { Count: > 0 } missing)
        {
            throw new RlmConfigurationException(
                $"The profile Required needs layers that this machine does not have: {string.Join(", ", missing)}. Use a Linux kernel with Landlock and seccomp, or the profile Restricted.");
        }

        if (Packages.Find(options, runtime.Installation) is { } folders)
        {
            await runtime.RunOnHostAsync(new ProvideWork(folders, options.AllowedModules)).ConfigureAwait(false);
        }

        if (options.Profile != SandboxProfile.Trusted)
        {
            await LibraryImports.ConfineAsync(runtime).ConfigureAwait(false);
        }

        EmbeddedRepl repl = new(runtime, runtime.Rent(options.Profile == SandboxProfile.Trusted ? null : Confine), options);
        OpenWork work = new(repl._thread, options, cancellationToken);
        repl._thread.Post(work);
        try
        {
            await work.WaitAsync().ConfigureAwait(false);
        }
        catch
        {
            runtime.Return(repl._thread);
            throw;
        }

        repl._session = work.Session;
        return repl;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another cell of this session is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public async ValueTask<CellResult> ExecuteAsync(Cell cell, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ReplSession session = Session;
        using CancellationTokenSource? late = session.WallTime is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CellWork work = new(session, cell, late?.Token ?? cancellationToken, cancellationToken);
        try
        {
            late?.CancelAfter(session.WallTime!.Value);
            await RunAsync(work).ConfigureAwait(false);
            if (session.Flow is { } flow)
            {
                await flow.CompleteAsync().ConfigureAwait(false);
            }

            return work.Result!;
        }
        catch (EngineWedgedException exception)
        {
            return new CellResult
            {
                Stopped = CellStop.Wedged,
                Error = new CellError("EngineWedged", exception.Message, null, $"EngineWedged: {exception.Message}\n"),
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ContextInfo> GiveAsync(IReadOnlyList<string> names, RlmContext value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        ReplSession session = Session;
        Wedge.ThrowIfHeld();
        GiveWork work = new(session, names, value);
        await RunAsync(work).ConfigureAwait(false);
        return work.Info!;
    }

    /// <inheritdoc/>
    public async ValueTask<string?> RenderVariableAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        RenderWork work = new(Session, name, cancellationToken);
        await RunAsync(work).ConfigureAwait(false);
        return work.Text;
    }

    /// <inheritdoc/>
    public async ValueTask RenewAnswerAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await RunAsync(new RenewWork(Session)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<SavedVariables> SaveAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SaveWork work = new(Session, cancellationToken);
        await RunAsync(work).ConfigureAwait(false);
        long bytes = await VariableFormat.WriteAsync(destination, work.Body, cancellationToken).ConfigureAwait(false);
        return new SavedVariables(work.Saved, work.Unsaved, bytes);
    }

    /// <inheritdoc/>
    public async ValueTask<RestoredVariables> RestoreAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        RestoreWork work = new(Session, await VariableFormat.ReadAsync(source, cancellationToken).ConfigureAwait(false), cancellationToken);
        await RunAsync(work).ConfigureAwait(false);
        return work.Restored!;
    }

    /// <summary>Closes the session and drops its variables; a cell that runs is waited for. Does nothing the second time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is not { } session)
        {
            return;
        }

        _session = null;
        CloseWork work = new(session);
        try
        {
            // Its thread takes work in order: behind a cell that runs.
            Wedge.ThrowIfHeld();
            _thread.Post(work);
            await work.WaitAsync().ConfigureAwait(false);
        }
        catch (EngineWedgedException)
        {
            // Its thread may never be free again: it is not handed on.
            return;
        }

        _runtime.Return(_thread);
    }

    internal static void PrepareSandbox(nint library)
    {
        AuditHook.Install(library);
        ThreadConfinement.Prepare();
    }

    /// <summary>Makes the calling thread one for restricted sessions, before it has run any code of theirs.</summary>
    private static void Confine()
    {
        ThreadConfinement.Apply();
        AuditHook.IsRestricted = true;
    }

    private async ValueTask RunAsync(PythonWork work)
    {
        Wedge.ThrowIfHeld();
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("This session is running a cell. A session runs one cell at a time; open another session to run cells side by side.");
        }

        try
        {
            _thread.Post(work);
            await work.WaitAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private sealed class ProvideWork(IReadOnlyList<string> folders, IReadOnlyList<string> allowed) : PythonWork
    {
        protected override void Run()
        {
            Packages.Provide(folders);
            Packages.Preload(allowed, folders);
        }
    }

    private sealed unsafe class OpenWork(PythonThread thread, ReplSessionOptions options, CancellationToken cancellationToken) : PythonWork
    {
        public ReplSession? Session { get; private set; }

        protected override void Run()
        {
            if (options.Profile == SandboxProfile.Trusted)
            {
                using Owned shown = new(PythonError.Check(PythonCall.Invoke(ReplPrelude.Current.Environment, CApi.Py_True)));
            }

            PyObject* value = ContextLoader.Load(options.Context, out ContextInfo info);
            if (IsAbandoned || cancellationToken.IsCancellationRequested)
            {
                CApi.Py_DecRef(value);
                cancellationToken.ThrowIfCancellationRequested();
            }
            else
            {
                Session = new ReplSession(thread, options, value, info);
            }
        }
    }

    private sealed unsafe class GiveWork(ReplSession session, IReadOnlyList<string> names, RlmContext value) : PythonWork
    {
        public ContextInfo? Info { get; private set; }

        protected override void Run()
        {
            session.Give(names, Load(out ContextInfo info), info);
            Info = info;
        }

        private PyObject* Load(out ContextInfo info)
        {
            // What the host gives a session is not on its account.
            using MemoryQuota.Uncounted uncounted = new();
            return ContextLoader.Load(value, out info);
        }
    }

    private sealed class CellWork(ReplSession session, Cell cell, CancellationToken cancellationToken, CancellationToken callers) : PythonWork
    {
        public CellResult? Result { get; private set; }

        protected override void Run() => Result = session.Run(cell, cancellationToken, callers);
    }

    private sealed class RenderWork(ReplSession session, string name, CancellationToken cancellationToken) : PythonWork
    {
        public string? Text { get; private set; }

        protected override void Run() => Text = session.RenderVariable(name, cancellationToken);
    }

    private sealed class RenewWork(ReplSession session) : PythonWork
    {
        protected override void Run() => session.RenewAnswer();
    }

    private sealed class SaveWork(ReplSession session, CancellationToken cancellationToken) : PythonWork
    {
        public List<string> Saved { get; } = [];

        public List<UnsavedVariable> Unsaved { get; } = [];

        public byte[] Body { get; private set; } = [];

        protected override void Run() => Body = session.Save(Saved, Unsaved, cancellationToken);
    }

    private sealed class RestoreWork(ReplSession session, byte[] body, CancellationToken cancellationToken) : PythonWork
    {
        public RestoredVariables? Restored { get; private set; }

        protected override void Run() => Restored = new RestoredVariables(session.Restore(body, cancellationToken), session.Variables);
    }

    private sealed class CloseWork(ReplSession session) : PythonWork
    {
        protected override void Run() => session.Close();
    }
}
