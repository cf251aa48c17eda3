using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>
/// Ctrl+C and SIGTERM: cancels what runs, and ends the process within a second even when what runs does not listen,
/// such as a cell inside C code that holds the GIL.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process: a signal may come at its very end.")]
internal sealed partial class Interruption
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_patienceToKeep = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Func<bool>? _instead;
    private int _signals;

    /// <summary>
    /// Whether something is to be kept at the end, such as variables: then the process has longer than a second for it, and a second signal gives it up.
    /// </summary>
    public bool KeepsAtEnd { get; set; }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Starts to listen.</summary>
    public static Interruption Listen()
    {
        Interruption interruption = new();
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.OnSignal));
        }

        return interruption;
    }

    /// <summary>Has Ctrl+C do something else until what is returned is disposed of. SIGTERM and SIGHUP end the tool all the same.</summary>
    /// <param name="instead">Called on any thread; false when Ctrl+C is to end the tool now.</param>
    public IDisposable Divert(Func<bool> instead)
    {
        Volatile.Write(ref _instead, instead);
        return new Diversion(this);
    }

    private static void EndNow()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        ExitNative(ExitCode.Interrupted);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNative(int code);

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && Volatile.Read(ref _instead) is { } instead)
        {
            if (!instead())
            {
                EndNow();
            }

            return;
        }

        if (Interlocked.Increment(ref _signals) > 1)
        {
            EndNow();
        }

        TimeSpan patience = KeepsAtEnd ? s_patienceToKeep : s_patience;
        new Thread(() =>
        {
            Thread.Sleep(patience);
            EndNow();
        })
        { IsBackground = true, Name = "rlm-exit" }.Start();
        _source.Cancel();
    }

    private sealed class Diversion(Interruption interruption) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref interruption._instead, null);
    }
}
