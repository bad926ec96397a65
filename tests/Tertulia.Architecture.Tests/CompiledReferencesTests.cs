using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Tertulia.Architecture.Tests;

/// <summary>The same rules seen in what the compiler wrote: which assemblies the built ones really use.</summary>
public sealed class CompiledReferencesTests
{
    private static readonly string[] s_notInCore =
    [
        "System.Net.Sockets", "System.Net.Http", "System.Net.NameResolution", "System.Net.WebSockets", "System.IO.Pipes", "System.IO.FileSystem",
        "System.Threading", "System.Threading.Thread", "System.Threading.Tasks", "System.Threading.Channels", "System.Console", "System.Diagnostics.Process",
    ];

    private static readonly string[] s_dataAccess = ["Dapper", "Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw.core"];

    public static TheoryData<string> CoreAssemblies => Assemblies(Floor.Core);

    public static TheoryData<string> MediaAssemblies => Assemblies(Floor.Media);

    [Theory]
    [MemberData(nameof(CoreAssemblies))]
    public void Core_touches_no_socket_thread_task_or_file(string assembly)
    {
        var references = References(assembly);
        Assert.Empty(references.Intersect(s_notInCore));
        Assert.DoesNotContain(references, name => !name.StartsWith("System.", StringComparison.Ordinal) && !IsOfFloor(name, Floor.Core));
    }

    [Theory]
    [MemberData(nameof(MediaAssemblies))]
    public void Media_touches_neither_data_access_nor_the_web_framework_nor_control(string assembly)
    {
        var references = References(assembly);
        Assert.Empty(references.Intersect(s_dataAccess));
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => IsOfFloor(name, Floor.Control) || IsOfFloor(name, Floor.Server));
    }

    private static TheoryData<string> Assemblies(Floor floor) =>
        [.. Repository.Projects.Where(project => project.Floor == floor).Select(project => project.Name)];

    private static bool IsOfFloor(string name, Floor floor) => Repository.Projects.Any(project => project.Name == name && project.Floor == floor);

    private static List<string> References(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
