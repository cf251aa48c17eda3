using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Decides how a run opens its session: the one place where the engine meets a kind of REPL.</summary>
internal static class ReplOpener
{
    /// <summary>Opens a session.</summary>
    /// <exception cref="RlmConfigurationException">Nothing says how.</exception>
    public static ValueTask<IReplEnvironment> OpenAsync(RlmOptions options, ReplSessionOptions session, CancellationToken cancellationToken) =>
        options.OpenRepl is { } open
            ? open(session, cancellationToken)
            : throw new RlmConfigurationException("RlmOptions.OpenRepl is not set, so there is no REPL to run code in. Set it to a delegate that opens a session.");
}
