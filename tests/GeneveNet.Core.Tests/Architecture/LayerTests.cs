using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GeneveNet.Tests.Architecture;

/// <summary>
/// Dependencies inside Core point downwards only. What is compiled is looked at, so that no way of writing it hides an arrow.
/// </summary>
public class LayerTests
{
    /// <summary>The layers from the ground up, by namespace, which is the folder; those of one line know nothing of each other.</summary>
    private static readonly string[][] Layers =
    [
        ["GeneveNet"], // Primitives/
        ["GeneveNet.Native"],
        ["GeneveNet.Netlink", "GeneveNet.Namespaces"],
        ["GeneveNet.Packets", "GeneveNet.Rtnetlink", "GeneveNet.Sockets"],
        ["GeneveNet.Rtnetlink.Client"],
        ["GeneveNet.Rtnetlink.Links"],
        ["GeneveNet.Rtnetlink.Addresses", "GeneveNet.Rtnetlink.Routes", "GeneveNet.Rtnetlink.Neighbors"],
        ["GeneveNet.Rtnetlink.Bridges", "GeneveNet.Rtnetlink.Rules"],
        ["GeneveNet.Netfilter", "GeneveNet.TrafficControl", "GeneveNet.DropMonitor"],
        ["GeneveNet.Netfilter.Nftables"],
        ["GeneveNet.Changes", "GeneveNet.Snapshots"],
        ["GeneveNet.Paths.Probes"],
        ["GeneveNet.Paths", "GeneveNet.Paths.Sites"], // What users see is data, and at the bottom.
        ["GeneveNet.Paths.Endpoints", "GeneveNet.Paths.Sites.Remote"],
        ["GeneveNet.Paths.Checks"],
        ["GeneveNet.Paths.Losses"],
        ["GeneveNet.Paths.Testing"],
    ];

    private static readonly Dictionary<string, int> Heights = Layers
        .SelectMany((layer, height) => layer.Select(name => (name, height))).ToDictionary(one => one.name, one => one.height);

    private static readonly ModuleDefinition Core = ModuleDefinition.ReadModule(typeof(NetworkException).Assembly.Location);

    [Fact]
    public void Arrows_PointDownwards()
    {
        var upward = from arrow in FindArrows()
                     where Heights[arrow.To] >= Heights[arrow.From]
                     select $"{arrow.Where} ({arrow.From}) uses {arrow.What} ({arrow.To})";
        Assert.Empty(upward.Distinct());
    }

    [Fact]
    public void KindsOfLinks_KnowNothingOfEachOther()
    {
        // A file of a kind names only its own kind; the list of kinds is what knows them all.
        string[] kinds = ["Geneve", "Bridge", "Veth"];
        var strays = from type in Core.GetTypes()
                     where type.Namespace == "GeneveNet.Rtnetlink.Links.Kinds"
                     let own = kinds.FirstOrDefault(kind => type.Name.StartsWith(kind, StringComparison.Ordinal))
                     where own is not null
                     from used in FindUses(type)
                     where used.Namespace == type.Namespace
                     let other = kinds.FirstOrDefault(kind => used.Name.StartsWith(kind, StringComparison.Ordinal))
                     where other is not null && other != own
                     select $"{type.Name} uses {used.Name}";
        Assert.Empty(strays.Distinct());
    }

    [Fact]
    public void Nftables_IsRawNetlink_AndKnowsNothingOfLinks()
    {
        string[] allowed = ["GeneveNet", "GeneveNet.Native", "GeneveNet.Netlink", "GeneveNet.Namespaces", "GeneveNet.Netfilter"];
        var used = FindArrows().Where(arrow => arrow.From == "GeneveNet.Netfilter.Nftables").Select(arrow => arrow.To).Distinct().ToList();
        Assert.Contains("GeneveNet.Netlink", used);
        Assert.Empty(used.Except(allowed));
    }

    [Fact]
    public void EveryNamespace_HasALayer()
    {
        var without = from type in Core.GetTypes()
                      let name = Outermost(type).Namespace
                      where name.StartsWith("GeneveNet", StringComparison.Ordinal)
                      let layer = LayerOf(name)
                      // A folder of Paths is a layer of its own, not a part of the one it is in.
                      where layer is null || (layer.StartsWith("GeneveNet.Paths", StringComparison.Ordinal) && layer != name)
                      select name;
        Assert.Empty(without.Distinct());
        // The arrows that are there are found: a test that sees none would pass for any code.
        Assert.Contains(FindArrows(), arrow => arrow.From == "GeneveNet.Changes" && arrow.To == "GeneveNet.Rtnetlink.Links");
        Assert.Contains(FindArrows(), arrow => arrow.From == "GeneveNet.Paths.Endpoints" && arrow.To == "GeneveNet.Snapshots");
        Assert.Contains(FindArrows(), arrow => arrow.From == "GeneveNet.Paths.Testing" && arrow.To == "GeneveNet.Paths.Losses");
    }

    private static IEnumerable<(string From, string To, string Where, string What)> FindArrows() =>
        from type in Core.GetTypes()
        let source = LayerOf(Outermost(type).Namespace)
        where source is not null
        from used in FindUses(type)
        let target = LayerOf(used.Namespace)
        where target is not null && target != source
        select (source, target, Outermost(type).Name, used.Name);

    /// <summary>The layer of a namespace: the longest name that begins it.</summary>
    private static string? LayerOf(string name)
    {
        for (var part = name; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOf('.'))])
        {
            if (Heights.ContainsKey(part))
                return part == "GeneveNet" && name != part ? null : part;
        }

        return null;
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The types of Core that a type's declarations and code name, by the outermost type.</summary>
    private static IEnumerable<TypeDefinition> FindUses(TypeDefinition type)
    {
        IEnumerable<TypeReference?> named =
        [
            type.BaseType,
            .. type.Interfaces.Select(one => one.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Methods.SelectMany(FindUses),
        ];
        return named.SelectMany(Flatten).Select(one => one.Resolve()).Where(one => one?.Module == Core).Select(Outermost).Distinct();
    }

    private static IEnumerable<TypeReference?> FindUses(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (var parameter in method.Parameters)
            yield return parameter.ParameterType;
        if (!method.HasBody)
            yield break;
        foreach (var variable in method.Body.Variables)
            yield return variable.VariableType;
        foreach (var instruction in method.Body.Instructions)
        {
            foreach (var used in FindUses(instruction))
                yield return used;
        }
    }

    private static IEnumerable<TypeReference?> FindUses(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Flatten(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Flatten)],
        TypeSpecification wrapped => Flatten(wrapped.ElementType),
        _ => [type],
    };
}
