using System.Reflection;
using NUnit.Framework;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Tests.Interpreter;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>No lock is held while a thread waits for the GIL, and no GIL while it waits for anything else.</summary>
[Category("Interpreter")]
public sealed unsafe class WaitingTests
{
    private static readonly string[] s_lowFloors = ["CPython", "Interpreter", "Sandbox", "Repl"];

    // They read before Python runs.
    private static readonly string[] s_beforePython = ["Rlm.Embedded.Interpreter.Locating"];

    public static IEnumerable<TestCaseData> Locking => Il.Methods.Where(IsLocking).Select(method => new TestCaseData(method).SetArgDisplayNames(Il.Name(method)));

    public static IEnumerable<TestCaseData> Reading => Il.Methods.Where(ReadsFiles).Select(method => new TestCaseData(method).SetArgDisplayNames(Il.Name(method)));

    [TestCaseSource(nameof(Locking))]
    public void Lock_Held_WaitsForNothing(MethodBase method) =>
        Il.Reached(UnderLock(method)).Where(at => Waits(at.Member)).Select(at => $"{at.Member!.DeclaringType!.Name}.{at.Member.Name}").ShouldBeEmpty();

    [TestCaseSource(nameof(Reading))]
    public void File_Read_IsReadWithoutTheGil(MethodBase method) =>
        Il.Read(method).ShouldContain(
            at => at.Member is MethodBase && at.Member.DeclaringType == typeof(Blocking) && at.Member.Name == nameof(Blocking.MayWait),
            $"{Il.Name(method)} touches files and does not call Blocking.MayWait first.");

    [Test]
    public void Rules_OverTheLibrary_FindWhatTheyJudge()
    {
        Locking.Count().ShouldBeGreaterThan(8);
        Reading.Count().ShouldBeGreaterThan(5);
        Il.Reached(UnderLock(typeof(WaitingTests).GetMethod(nameof(WaitsUnderALock), BindingFlags.NonPublic | BindingFlags.Static)!)).ShouldContain(at => Waits(at.Member));
        Locking.ShouldAllBe(held => UnderLock((MethodBase)held.Arguments[0]!).Any());
        Il.Methods.Where(method => method.DeclaringType != typeof(Gil)).SelectMany(Il.Read)
            .ShouldNotContain(at => at.Member is FieldInfo && (at.Member.Name == nameof(CApi.PyEval_RestoreThread) || at.Member.Name == nameof(CApi.PyEval_SaveThread))
                && !at.Code.Name!.StartsWith("st", StringComparison.Ordinal));
    }

    [Test]
    public void Meter_WhereverItIsRead_SaysWhatCPythonSays()
    {
        PythonRuntime runtime = OnPython.Run(() => PythonRuntime.Current!);
        var check = (delegate* unmanaged[Cdecl]<int>)System.Runtime.InteropServices.NativeLibrary.GetExport(runtime.Library, "PyGILState_Check");

        Gil.IsHeld.ShouldBeFalse();
        (bool Held, int Says)[] seen = OnPython.Run(() =>
        {
            (bool, int) with = (Gil.IsHeld, check());
            (bool, int) without;
            using (PythonThread.ReleaseGil())
            {
                without = (Gil.IsHeld, check());
            }

            return ((bool, int)[])[with, without, (Gil.IsHeld, check())];
        });

        seen.ShouldBe([(true, 1), (false, 0), (true, 1)]);
    }

    [Test]
    public void Blocking_WithTheGil_IsRefused()
    {
        using ManualResetEventSlim set = new(initialState: true);
        OnPython.Run(() =>
        {
            Should.Throw<InvalidOperationException>(() => Blocking.Until(set)).Message.ShouldContain("holds the interpreter");
            Should.Throw<InvalidOperationException>(Blocking.MayWait);
            using (PythonThread.ReleaseGil())
            {
                Blocking.Until(set);
                Blocking.MayWait();
            }
        });
    }

    [Test]
    public void GcPause_TwoThreads_EndsWithTheLast()
    {
        OnPython.Run(() =>
        {
            GcIsOn().ShouldBeTrue();
            using (GcPause outer = new())
            {
                using (GcPause inner = new())
                {
                    GcIsOn().ShouldBeFalse();
                }

                GcIsOn().ShouldBeFalse();
                nint state = Gil.Release();
                bool whileOthersRun = OnPython.Run(() =>
                {
                    using (GcPause other = new())
                    {
                        GcIsOn().ShouldBeFalse();
                    }

                    return GcIsOn();
                });
                Gil.Take(state);
                whileOthersRun.ShouldBeTrue();
                GcIsOn().ShouldBeFalse();
            }

            GcIsOn().ShouldBeTrue();
        });
    }

    private static bool GcIsOn()
    {
        bool was = CApi.PyGC_Disable() != 0;
        if (was)
        {
            CApi.PyGC_Enable();
        }

        return was;
    }

    private static bool IsLocking(MethodBase method) => IsOfLowFloor(method) && Il.Read(method).Any(TakesLock);

    private static bool TakesLock(Instruction at) => at.Member is MethodBase called
        && ((called.DeclaringType == typeof(Lock) && called.Name is nameof(Lock.EnterScope) or nameof(Lock.Enter))
            || (called.DeclaringType == typeof(Monitor) && called.Name is nameof(Monitor.Enter) or nameof(Monitor.TryEnter)));

    /// <summary>What is done while a lock is held: the try whose finally gives it back.</summary>
    private static IEnumerable<Instruction> UnderLock(MethodBase method)
    {
        List<Instruction> code = Il.Read(method);
        IList<ExceptionHandlingClause> clauses = method.GetMethodBody()!.ExceptionHandlingClauses;
        return code.Where(TakesLock)
            .Select(taken => clauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Finally && clause.TryOffset + clause.TryLength > taken.Offset).MinBy(clause => clause.TryOffset)!)
            .SelectMany(clause => code.Where(at => at.Offset >= clause.TryOffset && at.Offset < clause.TryOffset + clause.TryLength));
    }

    private static bool ReadsFiles(MethodBase method) => IsOfLowFloor(method)
        && !s_beforePython.Any(space => method.DeclaringType!.FullName!.StartsWith(space, StringComparison.Ordinal))
        && !method.DeclaringType!.GetInterfaces().Contains(typeof(System.Runtime.CompilerServices.IAsyncStateMachine))
        && Il.Read(method).Any(at => at.Member is MethodBase called && TouchesFiles(called));

    private static bool TouchesFiles(MethodBase called)
    {
        Type type = called.DeclaringType!;
        return type == typeof(File) || type == typeof(Directory) || type == typeof(RandomAccess)
            || (called.IsConstructor && type == typeof(FileStream))
            || (type == typeof(FileInfo) && !called.IsConstructor)
            || type.Namespace == "System.IO.MemoryMappedFiles";
    }

    private static bool IsOfLowFloor(MethodBase method) =>
        s_lowFloors.Any(floor => method.DeclaringType!.FullName!.StartsWith($"Rlm.Embedded.{floor}.", StringComparison.Ordinal));

    private static bool Waits(MemberInfo? member) => member switch
    {
        FieldInfo field => field.Name is nameof(CApi.PyEval_RestoreThread) or nameof(CApi.PyGILState_Ensure),
        MethodBase method => method.DeclaringType == typeof(Blocking) || method.DeclaringType == typeof(Spin)
            || (method.DeclaringType == typeof(Thread) && method.Name is nameof(Thread.Start) or nameof(Thread.UnsafeStart) or nameof(Thread.Join) or nameof(Thread.Sleep))
            || (method.Name == "Invoke" && typeof(Delegate).IsAssignableFrom(method.DeclaringType)),
        _ => false,
    };

    private static void WaitsUnderALock(Lock held, PythonWork work)
    {
        lock (held)
        {
            work.Wait();
        }
    }
}
