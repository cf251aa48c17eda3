using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Models;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The models of a question, and the cassette that their calls go to or come from.</summary>
internal sealed class AskModels : IDisposable
{
    private CassetteRecorder? _recorder;

    private AskModels(ChosenModel root, ChosenModel? sub, IReadOnlyList<(string Name, ChosenModel Model)> named)
    {
        Root = root;
        Sub = sub;
        Named = named;
    }

    public ChosenModel Root { get; }

    /// <summary>Answers sub-calls; null for the root model.</summary>
    public ChosenModel? Sub { get; }

    /// <summary>Further models that code may name.</summary>
    public IReadOnlyList<(string Name, ChosenModel Model)> Named { get; }

    /// <summary>What is replayed, or null.</summary>
    public CassettePlayer? Player { get; private init; }

    /// <summary>All of them.</summary>
    public IEnumerable<ChosenModel> All => [Root, .. Sub is null ? [] : (ChosenModel[])[Sub], .. Named.Select(named => named.Model)];

    /// <summary>Models that are called.</summary>
    public static AskModels Live(ModelNames names, ModelOptions options) => new(
        ModelChoice.Named(names.Root ?? throw ModelChoice.NoneGiven(), options),
        names.Sub is null ? null : ModelChoice.Named(names.Sub, options, "--sub-model"),
        [.. names.Named.Select(named => (named.Name, ModelChoice.Named(named.Model, options, $"{NamedModels.Name} {named.Name}")))]);

    /// <summary>Models that are called, each call recorded under the model's name.</summary>
    /// <exception cref="UsageException">The file is not empty, or another run writes it: a recording is paid for and is not overwritten.</exception>
    public static AskModels Recorded(string path, ModelNames names, ModelOptions options)
    {
        AskModels live = Live(names, options);
        CassetteRecorder recorder = Open(path);
        return new AskModels(Recorded(live.Root), live.Sub is null ? null : Recorded(live.Sub), [.. live.Named.Select(named => (named.Name, Recorded(named.Model)))])
        {
            _recorder = recorder,
        };

        ChosenModel Recorded(ChosenModel model) => model with { Client = recorder.Record(model.Client, model.Name) };
    }

    /// <summary>Models that a cassette plays. Names that are not given are those of the recording.</summary>
    public static AskModels Replayed(string path, ModelNames names)
    {
        InputFile.Check(path, "--replay", "name a file that --record wrote");

        CassettePlayer player = new(path);
        string[] recorded = [.. player.Models.Where(model => names.Named.All(named => named.Model != model))];
        (string? root, string? sub) = (names.Root, names.Sub);
        if (root is null)
        {
            root = recorded.FirstOrDefault() ?? throw new RlmException($"The cassette {path} holds no call of a model that --model could be. Record a run into it with --record.");
            sub ??= recorded.ElementAtOrDefault(1);
        }

        return new AskModels(
            new ChosenModel(player.Replay(root), $"{root} (replayed from {path})"),
            sub is null ? null : new ChosenModel(player.Replay(sub), sub),
            [.. names.Named.Select(named => (named.Name, new ChosenModel(player.Replay(named.Model), named.Model)))])
        {
            Player = player,
        };
    }

    private static CassetteRecorder Open(string path)
    {
        if (!File.Exists(path))
        {
            OutputTarget.CheckFile(path, "--record");
        }

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
