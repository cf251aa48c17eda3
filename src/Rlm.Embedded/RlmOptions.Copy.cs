using System.Globalization;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <content>What is checked when the options are taken over.</content>
public sealed partial class RlmOptions
{
    private RlmOptions(RlmOptions other)
    {
        SubModel = other.SubModel;
        MaxTurns = other.MaxTurns;
        MaxDepth = other.MaxDepth;
        MaxRootTokens = other.MaxRootTokens;
        MaxSubTokens = other.MaxSubTokens;
        MaxCost = other.MaxCost;
        MaxTime = other.MaxTime;
        MaxConsecutiveErrors = other.MaxConsecutiveErrors;
        MaxSubCalls = other.MaxSubCalls;
        ThrowOnLimit = other.ThrowOnLimit;
        SystemPrompt = other.SystemPrompt;
        ChildSystemPrompt = other.ChildSystemPrompt;
        ContextWindow = other.ContextWindow;
        SubContextWindow = other.SubContextWindow;
        CompactionThreshold = other.CompactionThreshold;
        ReplLimits = other.ReplLimits;
        SandboxProfile = other.SandboxProfile;
        PackagePaths = [.. other.PackagePaths];
        UsePythonPath = other.UsePythonPath;
        AllowedModules = [.. other.AllowedModules];
        SubCallConcurrency = other.SubCallConcurrency;
        ChildConcurrency = other.ChildConcurrency;
        SubCallCharacters = other.SubCallCharacters;
        RootChatOptions = other.RootChatOptions;
        SubChatOptions = other.SubChatOptions;
        TimeProvider = other.TimeProvider;
        LoggerFactory = other.LoggerFactory;
        OpenRepl = other.OpenRepl;
        DirectCallThreshold = other.DirectCallThreshold;
        TrajectoryFolder = other.TrajectoryFolder;
        ChildTools = other.ChildTools is { } tools ? [.. tools] : null;
        SchemaRetries = other.SchemaRetries;
        foreach (var (name, client) in other.Models)
        {
            Models.Add(name, client);
        }

        foreach (var (name, chat) in other.ModelChatOptions)
        {
            ModelChatOptions.Add(name, chat);
        }

        foreach (var (name, price) in other.Prices)
        {
            Prices.Add(name, price);
        }

        foreach (var tool in other.Tools)
        {
            Tools.Add(tool);
        }

        foreach (var observer in other.Observers)
        {
            Observers.Add(observer);
        }
    }

    /// <summary>A copy that later changes do not reach.</summary>
    /// <exception cref="RlmConfigurationException">An option is out of range.</exception>
    internal RlmOptions Copy()
    {
        RequireAtLeast(1, MaxTurns, nameof(MaxTurns));
        RequireAtLeast(0, MaxDepth, nameof(MaxDepth));
        RequireAtLeast(0, SchemaRetries, nameof(SchemaRetries));
        RequireAtLeast(1, SubCallConcurrency, nameof(SubCallConcurrency));
        RequireAtLeast(1, ChildConcurrency, nameof(ChildConcurrency));
        RequireAtLeast(0, DirectCallThreshold, nameof(DirectCallThreshold), "0 is never, null the default");
        const string Known = "leave it null for what is known of the model";
        RequireAtLeast(1, ContextWindow, nameof(ContextWindow), Known);
        RequireAtLeast(1, SubContextWindow, nameof(SubContextWindow), Known);
        RequireAtLeast(1, SubCallCharacters, nameof(SubCallCharacters), Known);
        const string NoLimit = "leave it null for no limit";
        RequireAtLeast(1, MaxConsecutiveErrors, nameof(MaxConsecutiveErrors), NoLimit);
        RequireAtLeast(0, MaxRootTokens, nameof(MaxRootTokens), NoLimit);
        RequireAtLeast(0, MaxSubTokens, nameof(MaxSubTokens), NoLimit);
        RequireAtLeast(0, MaxSubCalls, nameof(MaxSubCalls), NoLimit);
        RequireAtLeast(0, MaxCost, nameof(MaxCost), NoLimit);
        if (CompactionThreshold is { } part && part is not (> 0 and <= 1))
        {
            throw new RlmConfigurationException(string.Create(CultureInfo.InvariantCulture, $"RlmOptions.CompactionThreshold is {part}; it must be more than 0 and at most 1, 0.85 for 85% of the window. Leave it null for no compaction."));
        }

        if (MaxTime is { } time && (time <= TimeSpan.Zero || time > OptionRange.Longest))
        {
            throw new RlmConfigurationException($"RlmOptions.MaxTime is {time}; it must be more than nothing and at most {OptionRange.Longest.Days} days. Leave it null for no limit.");
        }

        if (!Enum.IsDefined(SandboxProfile))
        {
            throw new RlmConfigurationException($"RlmOptions.SandboxProfile is {(int)SandboxProfile}, which is no profile. Give one of {string.Join(", ", Enum.GetNames<Sandbox.SandboxProfile>())}.");
        }

        RequireNotNull(ReplLimits, nameof(ReplLimits));
        RequireNotNull(TimeProvider, nameof(TimeProvider));
        if (TrajectoryFolder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            throw new RlmConfigurationException("RlmOptions.TrajectoryFolder is empty. Name a folder, or leave it null to write nothing.");
        }

        if (ModelChatOptions.Keys.FirstOrDefault(name => !Models.ContainsKey(name)) is { } stranger)
        {
            throw new RlmConfigurationException($"RlmOptions.ModelChatOptions has '{stranger}', but RlmOptions.Models has no model of that name. Register it, or correct the name.");
        }

        if (Models.Where(model => model.Value is null).Select(model => model.Key).FirstOrDefault() is { } missing)
        {
            throw new RlmConfigurationException($"RlmOptions.Models has '{missing}' without a client. Give it one, or remove the name.");
        }

        Packages.Check(SandboxProfile, PackagePaths, AllowedModules);
        RequireDistinct(Tools, nameof(Tools));
        RequireDistinct(ChildTools ?? [], nameof(ChildTools));
        return new RlmOptions(this);
    }

    private static void RequireDistinct(IEnumerable<RlmTool> tools, string name)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (!names.Add(tool.Name))
            {
                throw new RlmConfigurationException($"RlmOptions.{name} has two tools named '{tool.Name}'. Give one of them another name.");
            }
        }
    }

    private static void RequireNotNull(object? value, string name)
    {
        if (value is null)
        {
            throw new RlmConfigurationException($"RlmOptions.{name} is null. Leave it out for the default.");
        }
    }

    private static void RequireAtLeast(decimal least, decimal? value, string name, string? remedy = null)
    {
        if (value < least)
        {
            throw new RlmConfigurationException(string.Create(CultureInfo.InvariantCulture, $"RlmOptions.{name} is {value}; it must be at least {least}{(remedy is null ? "" : "; " + remedy)}."));
        }
    }
}
