using System.Text.Json;

namespace GeneveNet.Namespaces.Containers;

/// <summary>Reads what Docker's API answers. What it should not be is a <see cref="FormatException"/> that says where.</summary>
internal static class EngineAnswers
{
    /// <summary>The containers of a list (containers/json).</summary>
    public static List<Container> ReadContainers(JsonElement answer, ContainerEngine engine)
    {
        Require(answer, JsonValueKind.Array, "the list of containers");
        List<Container> containers = [];
        foreach (var item in answer.EnumerateArray())
        {
            Require(item, JsonValueKind.Object, "a container");
            var id = Text(item, "Id");
            if (id.Length == 0)
                throw new FormatException("the Id of a container is empty");
            var image = item.TryGetProperty("Image", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
            var container = new Container(ReadName(item), id, engine, Text(item, "State"), image);
            // One that is just being removed has no name any more.
            containers.Add(container.Name.Length > 0 ? container : container with { Name = container.ShortId });
        }

        return containers;
    }

    /// <summary>The state of a container (containers/ID/json): its first process, 0 for none, and a word where there is one.</summary>
    public static (int Process, string? Status) ReadState(JsonElement answer)
    {
        Require(answer, JsonValueKind.Object, "a container");
        var state = Member(answer, "State", JsonValueKind.Object);
        var number = Member(state, "Pid", JsonValueKind.Number);
        if (!number.TryGetInt32(out var process) || process < 0)
            throw new FormatException($"the Pid of a container is {Brief(number.GetRawText())}, which is not a process id");
        var hasStatus = state.TryGetProperty("Status", out var status) && status.ValueKind == JsonValueKind.String;
        return (process, hasStatus ? status.GetString() : null);
    }

    private static string ReadName(JsonElement item)
    {
        var name = "";
        if (!item.TryGetProperty("Names", out var names) || names.ValueKind == JsonValueKind.Null)
            return name;
        Require(names, JsonValueKind.Array, "the Names of a container");
        foreach (var one in names.EnumerateArray())
        {
            Require(one, JsonValueKind.String, "a name of a container");
            // A container can have several names when others link to it; its own has no second slash.
            var text = one.GetString()!.TrimStart('/');
            if (name.Length == 0 || !text.Contains('/', StringComparison.Ordinal))
                name = text;
        }

        return name;
    }

    private static string Text(JsonElement owner, string name) => Member(owner, name, JsonValueKind.String).GetString()!;

    private static JsonElement Member(JsonElement owner, string name, JsonValueKind kind)
    {
        if (!owner.TryGetProperty(name, out var value))
            throw new FormatException($"the {name} of a container is missing");
        Require(value, kind, $"the {name} of a container");
        return value;
    }

    private static void Require(JsonElement value, JsonValueKind kind, string what)
    {
        if (value.ValueKind != kind)
            throw new FormatException($"{what} should be {Word(kind)} and is {Word(value.ValueKind)}");
    }

    private static string Brief(string text) => text.Length <= 32 ? text : text[..32] + "…";

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
