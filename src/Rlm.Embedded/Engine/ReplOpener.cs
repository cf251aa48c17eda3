using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Decides how a run opens its session: the one place where the engine meets a kind of REPL.</summary>
internal static class ReplOpener
{
    /// <summary>What a session starts with.</summary>
    public static ReplSessionOptions Session(RunSetup setup, RlmContext? context, ISubCallHandler subCalls, Action<ReplOutput>? output, int depth) => new()
    {
        Context = context ?? RlmContext.FromText(""),
        SubCalls = subCalls,
        Output = output,
        Limits = setup.Options.ReplLimits,
        Profile = setup.Options.SandboxProfile,
        Tools = setup.ToolsAt(depth),
        PackagePaths = setup.Options.PackagePaths,
        UsePythonPath = setup.Options.UsePythonPath,
        AllowedModules = setup.Options.AllowedModules,
    };

    /// <summary>Opens a session: what <see cref="RlmOptions.OpenRepl"/> says, else one in the CPython of this process.</summary>
    /// <exception cref="RlmConfigurationException">There is no usable CPython.</exception>
    public static async ValueTask<IReplEnvironment> OpenAsync(RlmOptions options, ReplSessionOptions session, CancellationToken cancellationToken) =>
        options.OpenRepl is { } open
            ? await open(session, cancellationToken).ConfigureAwait(false)
            : await EmbeddedRepl.OpenAsync(session, cancellationToken).ConfigureAwait(false);
}
