using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox.Linux;
using Rlm.Embedded.Tests.Interpreter;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>Every body that CPython calls is one try/catch: no managed exception crosses a native frame.</summary>
[Category("Interpreter")]
public sealed unsafe class CallbackTests
{
    private static IEnumerable<MethodBase> Callbacks => Il.Methods.Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute), inherit: false));

    public static IEnumerable<TestCaseData> Cases => Callbacks.Select(method => new TestCaseData(method).SetArgDisplayNames(Il.Name(method)));

    [TestCaseSource(nameof(Cases))]
    public void Callback_OfTheLibrary_IsOneTryCatch(MethodBase callback) =>
        (IsOneTryCatch(callback) || (OnlyCalls(callback) is { } body && IsOneTryCatch(body))).ShouldBeTrue(
            $"{Il.Name(callback)} is to be one try/catch whose handler calls Callback.Fail, or to do nothing but call Callback.Run.");

    [Test]
    public void Callbacks_OfTheLibrary_AreFound() => Callbacks.Count().ShouldBeGreaterThan(70);

    [TestCase(nameof(NoCatch))]
    [TestCase(nameof(CatchesSome))]
    [TestCase(nameof(WorksBefore))]
    [TestCase(nameof(WorksAfter))]
    [TestCase(nameof(Swallows))]
    public void Rule_BrokenBody_IsSeen(string method) =>
        IsOneTryCatch(typeof(CallbackTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!).ShouldBeFalse();

    [Test]
    public void Body_Throws_LeavesAPythonExceptionAndIsNoted([Values] bool confined)
    {
        string word = Guid.NewGuid().ToString("N");
        string told = OnPython.Run(() => CallOnce(word), confined ? ThreadConfinement.Apply : null);

        told.ShouldBe($"RuntimeError: {word}");
        EngineInfo.Read().Faults.ShouldContain(fault => fault.Contains(word, StringComparison.Ordinal) && fault.Contains(nameof(Throw), StringComparison.Ordinal));
    }

    [Test]
    public void Body_ThrowsTheLibrarysOwnWord_IsNoFault()
    {
        string word = Guid.NewGuid().ToString("N");
        string told = OnPython.Run(() =>
        {
            Callback.Fail(new RlmException(word));
            return PythonError.TakeAsException().Message;
        });

        told.ShouldBe($"RuntimeError: {word}");
        EngineInfo.Read().Faults.ShouldNotContain(fault => fault.Contains(word, StringComparison.Ordinal));
    }

    [Test]
    public void Body_RanOutOfMemory_LeavesAMemoryError() =>
        OnPython.Run(() =>
        {
            Callback.Fail(new PythonException("MemoryError", "", null));
            return PythonError.TakeAsException().PythonType;
        }).ShouldBe("MemoryError");

    [Test]
    public void Faults_Many_KeepsTheLast()
    {
        for (int i = 0; i < 100; i++)
        {
            Faults.Note(new InvalidOperationException($"fault {i} of many"));
        }

        IReadOnlyList<string> last = Faults.Last;
        last.Count.ShouldBe(16);
        last[^1].ShouldContain("fault 99 of many");
    }

    private static string CallOnce(string word)
    {
        // CPython keeps definitions for ever, so they are never freed.
        HostFunction function = new("throw", &OnThrow, "");
        using Owned self = new(PyText.ToPython(word));
        using Owned bound = new(function.Bind(self.Pointer));
        using Owned result = new(PythonCall.Invoke(bound.Pointer));
        return result.IsNull ? PythonError.TakeAsException().Message : "it returned";
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnThrow(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&Throw, self, arguments, count, names);

    private static PyObject* Throw(PyObject* self, PyObject** arguments, nint count, PyObject* names) => throw new InvalidOperationException(PyText.ToManaged(self));

    private static bool IsOneTryCatch(MethodBase method)
    {
        List<Instruction> code = Il.Read(method);
        return method.GetMethodBody()!.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType == typeof(Exception))
            .Any(clause => code.All(at => IsWithin(at, clause.TryOffset, clause.TryLength) || IsWithin(at, clause.HandlerOffset, clause.HandlerLength) || IsPlain(at))
                && code.Any(at => IsWithin(at, clause.HandlerOffset, clause.HandlerLength) && at.Member is MethodInfo { Name: nameof(Callback.Fail) }));
    }

    private static bool IsWithin(Instruction at, int start, int length) => at.Offset >= start && at.Offset < start + length;

    /// <summary>The one method that another does nothing but call with its own arguments.</summary>
    private static MethodBase? OnlyCalls(MethodBase method)
    {
        List<Instruction> code = Il.Read(method);
        List<Instruction> calls = [.. code.Where(at => at.Code == OpCodes.Call)];
        return calls.Count == 1 && code.All(at => at.Code == OpCodes.Call || at.Code == OpCodes.Ldftn || at.Code == OpCodes.Ldsfld || at.Code == OpCodes.Ldstr || IsPlain(at)) ? calls[0].Member as MethodBase : null;
    }

    private static bool IsPlain(Instruction at) =>
        at.Member is null && (at.Code.Name!.StartsWith("ldarg", StringComparison.Ordinal) || at.Code.Name.StartsWith("ldloc", StringComparison.Ordinal)
            || at.Code.Name.StartsWith("stloc", StringComparison.Ordinal) || at.Code == OpCodes.Nop || at.Code == OpCodes.Ret || at.Code == OpCodes.Br_S);

    private static void NoCatch() => GC.KeepAlive(null);

    private static void CatchesSome()
    {
        try
        {
            GC.KeepAlive(null);
        }
        catch (InvalidOperationException exception)
        {
            Callback.Fail(exception);
        }
    }

    private static void WorksBefore()
    {
        GC.KeepAlive(null);
        try
        {
            GC.KeepAlive(null);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
        }
    }

    private static void WorksAfter()
    {
        try
        {
            GC.KeepAlive(null);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
        }

        GC.KeepAlive(null);
    }

    private static void Swallows()
    {
        try
        {
            GC.KeepAlive(null);
        }
        catch (Exception)
        {
            GC.KeepAlive(null);
        }
    }
}
