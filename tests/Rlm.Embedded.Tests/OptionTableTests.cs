using System.Collections;
using System.Globalization;
using System.Reflection;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Providers;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Engine;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests;

/// <summary>Every number and time that an option may be: it works, or it is refused at once by name and value.</summary>
[TestFixture]
internal sealed class OptionTableTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // Which values are good: the least and the most. An option that is not here fails the test.
    private static readonly Dictionary<string, (object Least, object? Most)> s_ranges = new(StringComparer.Ordinal)
    {
        ["RlmOptions.SchemaRetries"] = (0, null),
        ["RlmOptions.MaxTurns"] = (1, null),
        ["RlmOptions.MaxDepth"] = (0, null),
        ["RlmOptions.MaxRootTokens"] = (0L, null),
        ["RlmOptions.MaxSubTokens"] = (0L, null),
        ["RlmOptions.MaxCost"] = (0m, null),
        ["RlmOptions.MaxTime"] = (s_tick, TimeSpan.FromDays(40)),
        ["RlmOptions.MaxConsecutiveErrors"] = (1, null),
        ["RlmOptions.MaxSubCalls"] = (0, null),
        ["RlmOptions.ContextWindow"] = (1, null),
        ["RlmOptions.SubContextWindow"] = (1, null),
        ["RlmOptions.CompactionThreshold"] = (double.Epsilon, 1.0),
        ["RlmOptions.SubCallConcurrency"] = (1, null),
        ["RlmOptions.ChildConcurrency"] = (1, null),
        ["RlmOptions.SubCallCharacters"] = (1, null),
        ["RlmOptions.DirectCallThreshold"] = (0, null),
        ["ReplLimits.CellTimeout"] = (s_tick, TimeSpan.FromDays(40)),
        ["ReplLimits.CellWallTime"] = (s_tick, TimeSpan.FromDays(40)),
        ["ReplLimits.SessionTime"] = (s_tick, TimeSpan.FromDays(40)),
        ["ReplLimits.CellHostCalls"] = (0, null),
        ["ReplLimits.SessionHostCalls"] = (0, null),
        ["ReplLimits.Memory"] = (1L << 20, null),
        ["ReplLimits.OutputCharacters"] = (1, null),
        ["ReplLimits.OutputTotal"] = (1L, null),
        ["ReplLimits.SourceCharacters"] = (1, null),
        ["Cell.Timeout"] = (s_tick, TimeSpan.FromDays(40)),
        ["ThrottleOptions.MaxConcurrency"] = (1, null),
        ["ThrottleOptions.RequestsPerMinute"] = (1, null),
        ["ModelPrice.Input"] = (0m, 1_000_000_000m),
        ["ModelPrice.CachedInput"] = (0m, 1_000_000_000m),
        ["ModelPrice.Output"] = (0m, 1_000_000_000m),
        ["RetryOptions.MaxRetries"] = (0, null),
        ["RetryOptions.BaseDelay"] = (TimeSpan.Zero, s_day),
        ["RetryOptions.MaxDelay"] = (s_tick, s_day),
        ["RetryOptions.MaxRetryAfter"] = (TimeSpan.Zero, s_day),
        ["RetryOptions.MaxElapsed"] = (TimeSpan.Zero, s_day),
        ["ModelOptions.Timeout"] = (s_tick, TimeSpan.FromDays(24)),
        ["ModelOptions.MaxRetries"] = (0, null),
        ["ModelOptions.MaxConcurrency"] = (1, null),
        ["ModelOptions.RequestsPerMinute"] = (1, null),
    };

    public static IEnumerable<PropertyInfo> Properties() =>
        from assembly in new[] { typeof(RlmOptions).Assembly, typeof(ModelOptions).Assembly }
        from type in assembly.GetExportedTypes()
        where type.Name.EndsWith("Options", StringComparison.Ordinal) || type == typeof(ReplLimits) || type == typeof(ModelPrice) || type == typeof(Cell)
        from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        where property.CanWrite && ValuesOf(property.PropertyType).Length > 0
        select property;

    public static IEnumerable<TestCaseData> Cases() =>
        from property in Properties()
        from value in ValuesOf(property.PropertyType).Concat(Bounds(NameOf(property))).Distinct()
        select new TestCaseData(property, value).SetArgDisplayNames(NameOf(property), Text(value));

    [Test]
    public void Table_EveryOption_IsInIt() => Properties().Select(NameOf).Order(StringComparer.Ordinal).ShouldBe(s_ranges.Keys.Order(StringComparer.Ordinal));

    [TestCaseSource(nameof(Cases))]
    public async Task Option_AnyValue_WorksOrIsRefusedByNameAndValue(PropertyInfo property, object value)
    {
        if (IsGood(property, value))
        {
            await UseAsync(Make(property, value));
            return;
        }

        var refusal = Should.Throw<Exception>(() =>
        {
            var made = Make(property, value);
            if (made is RlmOptions options)
            {
                using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(), options);
            }
        });
        (refusal is ArgumentOutOfRangeException || (refusal is RlmConfigurationException && property.DeclaringType == typeof(RlmOptions))).ShouldBeTrue(refusal.ToString());
        refusal.Message.ShouldStartWith($"{NameOf(property)} is {Text(value)}; it must be ");
        if (Nullable.GetUnderlyingType(property.PropertyType) is not null)
        {
            refusal.Message.ShouldContain("null");
        }
    }

    private static string NameOf(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";

    private static string Text(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);

    private static object[] ValuesOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        _ when type.IsEnum => [],
        TypeCode.Int32 => [0, -1, 1, int.MinValue, int.MaxValue],
        TypeCode.Int64 => [0L, -1L, 1L, long.MinValue, long.MaxValue],
        TypeCode.Decimal => [0m, -0.01m, -1m, 1m, decimal.MinValue, decimal.MaxValue],
        TypeCode.Double => [0.0, -0.0, -1.0, 1.0, 1.0000001, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MinValue, double.MaxValue],
        _ when (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan) =>
            [TimeSpan.Zero, -s_tick, s_tick, TimeSpan.FromSeconds(1), TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromDays(41), Timeout.InfiniteTimeSpan],
        _ => [],
    };

    private static IEnumerable<object> Bounds(string name) =>
        s_ranges.TryGetValue(name, out var range) ? new[] { range.Least, range.Most }.OfType<object>() : [];

    private static bool IsGood(PropertyInfo property, object value) =>
        (property.DeclaringType == typeof(ModelOptions) && value.Equals(Timeout.InfiniteTimeSpan))
        || (s_ranges.TryGetValue(NameOf(property), out var range)
            && Comparer.Default.Compare(value, range.Least) >= 0
            && (range.Most is null || Comparer.Default.Compare(value, range.Most) <= 0));

    private static object Make(PropertyInfo property, object value)
    {
        var made = property.DeclaringType!.Name switch
        {
            nameof(ModelPrice) => new ModelPrice(1, 1, 1),
            nameof(Cell) => new Cell("print(1)"),
            _ => Activator.CreateInstance(property.DeclaringType)!,
        };
        try
        {
            property.SetValue(made, value);
        }
        catch (TargetInvocationException refused)
        {
            throw refused.InnerException!;
        }

        return made;
    }

    /// <summary>Does what the options are for; what they allow must not make anything else fail.</summary>
    private static async Task UseAsync(object options)
    {
        switch (options)
        {
            case RlmOptions run:
                run.OpenRepl = new FakeRepl { Default = _ => new CellResult { FinalAnswer = "42" } }.OpenAsync;
                run.Prices["root"] = new ModelPrice(1, 1, 1);
                await using (var rlm = new RecursiveLanguageModel(ScriptedChatClient.Named("root").Otherwise(_ => Block("FINAL(42)")), run))
                {
                    var result = await rlm.CompleteAsync(Book, "?");
                    (result.StopReason == StopReason.FinalAnswer || result.LimitNote is not null).ShouldBeTrue(result.ToString());
                }

                break;
            case ReplLimits limits:
                await RunCellAsync(limits, new Cell("print(1)"));
                break;
            case Cell cell:
                await RunCellAsync(new ReplLimits(), cell);
                break;
            case ModelPrice price:
                price.Cost(new TokenUsage(1L << 50, 1L << 50)).ShouldBeGreaterThanOrEqualTo(0);
                break;
            case ThrottleOptions throttle:
                using (var client = new ThrottledChatClient(new ScriptedChatClient("ok"), throttle))
                {
                    (await client.GetResponseAsync([])).Text.ShouldBe("ok");
                }

                break;
            case RetryOptions retry:
                using (var client = new RetryChatClient(new ScriptedChatClient("ok"), retry))
                {
                    (await client.GetResponseAsync([])).Text.ShouldBe("ok");
                }

                break;
            case ModelOptions model:
                using (var client = ModelCatalog.Default.Create("offline", model))
                {
                    (await client.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "The code is 42.\nWhat is the code?")])).Text.ShouldNotBeEmpty();
                }

                using (ModelCatalog.Default.Create("ollama/m", model))
                {
                    // A client with a connection is made of the same options.
                }

                break;
            default:
                throw new InvalidOperationException($"Say here how to use {options.GetType().Name}.");
        }
    }

    [Test]
    public void Models_WithoutAClient_AreRefusedByName()
    {
        RlmOptions options = new() { Models = { ["x"] = null! } };

        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(new ScriptedChatClient(), options)).Message.ShouldContain("RlmOptions.Models has 'x'");
    }

    private static async Task RunCellAsync(ReplLimits limits, Cell cell)
    {
        await using var repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Limits = limits });
        var result = await repl.ExecuteAsync(cell);
        (result.Stdout == "1\n" || result.Stopped != CellStop.None || result.Error is not null).ShouldBeTrue();
    }
}
