using System.Reflection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Providers;
using Shouldly;

namespace Rlm.Embedded.Tests.Diagnostics;

/// <summary>Each message that the libraries log, with the values that are the hardest to show.</summary>
[TestFixture]
internal sealed class LogMessageTests
{
    public static IEnumerable<MethodInfo> Messages() =>
        from assembly in new[] { typeof(RlmOptions).Assembly, typeof(ModelOptions).Assembly }
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.IsDefined(typeof(LoggerMessageAttribute))
        select method;

    public static IEnumerable<TestCaseData> Cases() => Messages().Select(method => new TestCaseData(method).SetArgDisplayNames($"{method.DeclaringType!.Name}.{method.Name}"));

    [Test]
    public void Messages_All_AreFound() => Messages().Count().ShouldBeGreaterThan(15);

    [TestCaseSource(nameof(Cases))]
    public void Message_ValueThatMayBeMissing_IsPutIntoWordsBefore(MethodInfo method)
    {
        var nullability = new NullabilityInfoContext();
        method.GetParameters()
            .Where(parameter => nullability.Create(parameter).ReadState == NullabilityState.Nullable)
            .Select(parameter => parameter.Name)
            .ShouldBeEmpty("A logger writes (null) for these. See Models/LogValue.");
    }

    [TestCaseSource(nameof(Cases))]
    public void Message_EdgeValues_IsReadable(MethodInfo method)
    {
        var log = new Rendered();
        foreach (var pick in (Func<Type, object?>[])[Least, Most])
        {
            method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.ParameterType == typeof(ILogger) ? log : pick(parameter.ParameterType))]);
        }

        log.Lines.Count.ShouldBe(2);
        foreach (var line in log.Lines)
        {
            line.ShouldNotContain("(null)");
            line.ShouldNotContain("{");
            line.Trim().ShouldNotBeEmpty();
        }
    }

    private static object? Least(Type type) => type switch
    {
        _ when type == typeof(string) => "",
        _ when type == typeof(object) => Rlm.Embedded.Models.LogValue.Of((long?)null),
        _ when typeof(Exception).IsAssignableFrom(type) => new InvalidOperationException(""),
        _ => Activator.CreateInstance(type),
    };

    private static object? Most(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
        TypeCode.String => "line\nbreak",
        TypeCode.Int32 => int.MaxValue,
        TypeCode.Int64 => long.MaxValue,
        TypeCode.Double => double.NaN,
        TypeCode.Boolean => true,
        _ when type == typeof(object) => Rlm.Embedded.Models.LogValue.Of(long.MaxValue),
        _ => new InvalidOperationException("down"),
    };

    private sealed class Rendered : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
