using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Containment.Host;

/// <summary>Ends the process as soon as Python runs on a thread that is not confined and restricted: it looks at every frame (PEP 523).</summary>
internal static unsafe class ThreadWatch
{
    private static delegate* unmanaged[Cdecl]<nint, nint, int, nint> s_run;

    /// <summary>Looks from now on. Called when the first restricted session is open.</summary>
    public static Task BeginAsync() => PythonRuntime.Current!.RunOnHostAsync(new Install()).AsTask();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnFrame(nint state, nint frame, int thrown)
    {
        if (PythonThread.Current is not { IsConfined: true } || !(AuditHook.IsRestricted || AuditHook.Imports))
        {
            Environment.FailFast($"Python runs on the thread '{Thread.CurrentThread.Name}', which is not confined.");
        }

        return s_run(state, frame, thrown);
    }

    private sealed class Install : PythonWork
    {
        protected override void Run()
        {
            nint library = PythonRuntime.Current!.Library;
            s_run = (delegate* unmanaged[Cdecl]<nint, nint, int, nint>)NativeLibrary.GetExport(library, "_PyEval_EvalFrameDefault");
            var current = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "PyInterpreterState_Get");
            var install = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, nint, int, nint>, void>)NativeLibrary.GetExport(library, "_PyInterpreterState_SetEvalFrameFunc");
            install(current(), &OnFrame);
        }
    }
}
