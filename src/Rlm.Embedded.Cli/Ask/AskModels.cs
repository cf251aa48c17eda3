using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Models;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The models of a question, and the cassette that their calls go to or come from.</summary>
internal sealed class AskModels : IDisposable
{
    private CassetteRecorder? _recorder;

    private AskModels(ChosenModel root, ChosenModel? sub)
    {
        Root = root;
        Sub = sub;
    }

    public ChosenModel Root { get; private init; }

    /// <summary>Answers sub-calls; null for the root model.</summary>
    public ChosenModel? Sub { get; private init; }

    /// <summary>What is replayed, or null.</summary>
    public CassettePlayer? Player { get; private init; }

    /// <summary>Models that are called.</summary>
    public static AskModels Live(string? root, string? sub, ModelOptions options) =>
        new(ModelChoice.Named(root ?? throw ModelChoice.NoneGiven(), options), sub is null ? null : ModelChoice.Named(sub, options));

    /// <summary>Models that are called, each call recorded under the model's name.</summary>
    /// <exception cref="UsageException">The file exists and is not empty: a recording is paid for and is not overwritten.</exception>
    public static AskModels Recorded(string path, string? root, string? sub, ModelOptions options)
    {
        AskModels live = Live(root, sub, options);
        if (File.Exists(path) && new FileInfo(path).Length > 0)
        {
            throw new UsageException($"{path} exists, and --record overwrites nothing. Remove it or name another file.");
        }

        CassetteRecorder recorder = Open(path);
        return new AskModels(
            live.Root with { Client = recorder.Record(live.Root.Client, root!) },
            live.Sub is null ? null : live.Sub with { Client = recorder.Record(live.Sub.Client, sub!) })
        {
            _recorder = recorder,
        };
    }

    /// <summary>Models that a cassette plays. Names that are not given are those of the recording.</summary>
    public static AskModels Replayed(string path, string? root, string? sub)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--replay: there is no file '{path}'.");
        }

        CassettePlayer player = new(path);
        IReadOnlyList<string> recorded = player.Models;
        if (recorded.Count == 0)
        {
            throw new RlmException($"The cassette {path} is empty. Record a run into it with --record.");
        }

        if (root is null)
        {
            root = recorded[0];
            sub ??= recorded.Count > 1 ? recorded[1] : null;
        }

        return new AskModels(
            new ChosenModel(player.Replay(root), $"{root} (replayed from {path})"),
            sub is null ? null : new ChosenModel(player.Replay(sub), sub))
        {
            Player = player,
        };
    }

    private static CassetteRecorder Open(string path)
    {
        try
        {
            return new CassetteRecorder(path);
        }
        catch (RlmException exception)
        {
            throw new UsageException($"--record: {exception.Message}");
        }
    }

    /// <summary>Closes the recording.</summary>
    public void Dispose() => _recorder?.Dispose();
}
