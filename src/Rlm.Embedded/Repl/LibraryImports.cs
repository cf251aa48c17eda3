using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox;
using Rlm.Embedded.Sandbox.Linux;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// The thread that imports for sessions. From the first restricted one on the kernel confines it as it does theirs, so that code of a session
/// that came to run there would find no files; those are read by threads that run no Python.
/// </summary>
internal static class LibraryImports
{
    private static TaskCompletionSource? s_confined;
    private static unsafe PyObject* s_places;
    private static LibraryFiles? s_files;
    private static string[] s_packages = [];

    /// <summary>Confines the thread, once.</summary>
    /// <exception cref="RlmConfigurationException">The kernel said it can and then did not.</exception>
    public static Task ConfineAsync(PythonRuntime runtime)
    {
        TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref s_confined, mine, null) is { } first)
        {
            return first.Task;
        }

        _ = RunAsync(runtime, mine);
        return mine.Task;
    }

    /// <summary>Lets modules be read from folders of packages. Needs the GIL.</summary>
    public static void Allow(IReadOnlyList<string> folders) => s_packages = [.. s_packages.Union(folders, StringComparer.Ordinal)];

    /// <summary>What the importer of library_imports.py asks for: (path, is package, source, code), or None.</summary>
    public static unsafe PyObject* Find(PyObject* name, PyObject* folders)
    {
        if (!AuditHook.Imports)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), "only the thread that imports finds modules");
        }

        LibraryFiles files = s_files ??= Files((List<object?>)PyValues.ToManaged(s_places)!);
        string wanted = PyText.ToManaged(name);
        string[]? places = folders == Py_None ? null : Texts(PyValues.ToManaged(folders));
        LibraryModule? found = Outside.Do(() => files.Find(wanted, places, s_packages));
        return PyValues.ToPython(found is null ? null : new object?[] { found.Path, found.IsPackage, found.Source, found.Code });
    }

    /// <summary>What session_copies.py asks for: the data of a time zone, or the names of all (<paramref name="name"/> is None); None where there are none.</summary>
    public static unsafe PyObject* FindZone(PyObject* name, PyObject* folders)
    {
        if (!AuditHook.Imports)
        {
            return PythonError.Raise(PythonRuntime.Current!.ExceptionType("PermissionError"), "only the thread that imports finds time zones");
        }

        string[] places = Texts(PyValues.ToManaged(folders));
        string? wanted = name == Py_None ? null : PyText.ToManaged(name);
        return PyValues.ToPython(Outside.Do<object?>(() => wanted is null ? TimeZoneFiles.Names(places) : TimeZoneFiles.Find(places, wanted)));
    }

    private static async Task RunAsync(PythonRuntime runtime, TaskCompletionSource done)
    {
        try
        {
            await runtime.RunOnHostAsync(new ConfineWork()).ConfigureAwait(false);
            done.SetResult();
        }
        catch (Exception exception)
        {
            done.SetException(exception);
        }
    }

    private static LibraryFiles Files(List<object?> places) => Outside.Do(() => new LibraryFiles(Texts(places[0]), Texts(places[1]), (string)places[2]!, (byte[])places[3]!));

    private static string[] Texts(object? list) => [.. ((List<object?>)list!).Cast<string>()];

    private sealed class ConfineWork : PythonWork
    {
        protected override unsafe void Run()
        {
            ReplPrelude prelude = ReplPrelude.Current;
            prelude.Run(prelude.Views, "library_imports.py");
            s_places = PythonError.Check(PythonCall.Invoke(prelude.TakeView("import_by_host")));
            PythonThread.Current!.Confine(ThreadConfinement.ApplyToImports);
            AuditHook.Imports = true;
        }
    }
}
