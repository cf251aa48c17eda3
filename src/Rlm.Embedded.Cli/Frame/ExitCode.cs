namespace Rlm.Embedded.Cli.Frame;

/// <summary>What the tool ends with. Other programs rely on these.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int NoAnswer = 3;
    public const int NotConfigured = 4;
    public const int LimitReached = 5;
    public const int Interrupted = 130;

    /// <summary>The reader of stdout is gone: what a shell shows of a filter that SIGPIPE ended.</summary>
    public const int ReaderGone = 141;
}
