using System.Reflection;

namespace ProcNet.Help;

/// <summary>The cmdlets of an assembly, read from its metadata: nothing of it runs, and PowerShell need not be there.</summary>
internal sealed class CmdletAssembly : IDisposable
{
    private const string Namespace = "System.Management.Automation.";
    private const string AllSets = "__AllParameterSets";

    private readonly MetadataLoadContext _context;
    private readonly DocComments _comments = new();

    /// <summary>Reads an assembly; those beside it are read with it.</summary>
    public CmdletAssembly(string path)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string beside = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string standard = typeof(CmdletAssembly)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "PowerShellStandard")
            .Value!;
        var resolver = new PathAssemblyResolver([
            .. Directory.GetFiles(runtime, "*.dll"),
            .. Directory.GetFiles(beside, "*.dll"),
            standard,
        ]);
        _context = new MetadataLoadContext(resolver);
        Assembly assembly = _context.LoadFromAssemblyPath(Path.GetFullPath(path));
        foreach (string commented in Directory.GetFiles(beside, "ProcNet*.xml"))
        {
            _comments.Add(commented);
        }

        Cmdlets =
        [
            .. assembly
                .GetExportedTypes()
                .Where(type => !type.IsAbstract && Find(type, "CmdletAttribute") is not null)
                .Select(Describe)
                .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Its cmdlets, by name.</summary>
    public IReadOnlyList<CmdletDescription> Cmdlets { get; }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private CmdletDescription Describe(Type type)
    {
        CustomAttributeData cmdlet = Find(type, "CmdletAttribute")!;
        List<CmdletParameter> parameters =
        [
            .. type.GetProperties()
                .Where(property => All(property, "ParameterAttribute").Any())
                .Select(Describe)
                .OrderBy(parameter => parameter.Name, StringComparer.Ordinal),
        ];
        if (Named(cmdlet, "SupportsShouldProcess") is true)
        {
            parameters.Add(Common("Confirm", "cf", "Asks you before the cmdlet acts."));
            parameters.Add(Common("WhatIf", "wi", "Shows what would happen; the cmdlet does not act."));
            parameters.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        }

        string? byDefault = Named(cmdlet, "DefaultParameterSetName") as string;
        string?[] names =
        [
            .. parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).Where(set => set is not null).Distinct(),
        ];
        if (names.Length == 0 || (byDefault is not null && !names.Contains(byDefault)))
        {
            // A default set that no parameter names has those that are in every set.
            names = [byDefault, .. names];
        }

        ParameterSet[] sets =
        [
            .. names
                .Select(name => new ParameterSet(
                    name,
                    name == byDefault,
                    Order(parameters.SelectMany(parameter => parameter.Uses).Where(use => use.Set is null || use.Set == name))
                ))
                .OrderByDescending(set => set.IsDefault),
        ];
        return new CmdletDescription(
            $"{cmdlet.ConstructorArguments[0].Value}-{cmdlet.ConstructorArguments[1].Value}",
            Named(cmdlet, "HelpUri") as string ?? "",
            _comments.Of(type) is [var first, ..] ? first : "",
            sets,
            parameters,
            Outputs(type)
        );
    }

    private CmdletParameter Describe(PropertyInfo property)
    {
        Type type = property.PropertyType;
        type = type.IsGenericType && type.Name == "Nullable`1" ? type.GenericTypeArguments[0] : type;
        Type element = type.IsArray ? type.GetElementType()! : type;
        IEnumerable<string> values =
            element.IsEnum ? element.GetFields().Where(field => field.IsLiteral).Select(field => field.Name)
            : Find(property, "ValidateSetAttribute") is { } set ? Items(set.ConstructorArguments[0]).Select(item => (string)item!)
            : [];
        string[] few = [.. values];
        bool isSwitch = type.Name == "SwitchParameter";
        var parameter = new CmdletParameter(
            property.Name,
            type.Name,
            _comments.Of(property),
            [.. All(property, "AliasAttribute").SelectMany(alias => Items(alias.ConstructorArguments[0])).Select(alias => (string)alias!)],
            few.Length > 20 ? [] : few,
            Find(property, "PSDefaultValueAttribute") is { } byDefault
                    ? (Named(byDefault, "Help") ?? Named(byDefault, "Value"))?.ToString() ?? "None"
                : isSwitch ? "False"
                : "None",
            Find(property, "SupportsWildcardsAttribute") is not null
        );
        foreach (CustomAttributeData use in All(property, "ParameterAttribute"))
        {
            string? ofSet = Named(use, "ParameterSetName") as string;
            int position = Named(use, "Position") as int? ?? int.MinValue;
            parameter.Uses.Add(
                new ParameterUse(
                    ofSet == AllSets ? null : ofSet,
                    parameter,
                    Named(use, "Mandatory") is true,
                    position == int.MinValue ? null : position,
                    Named(use, "ValueFromPipeline") is true,
                    Named(use, "ValueFromPipelineByPropertyName") is true
                )
            );
        }

        return parameter;
    }

    private List<OutputDescription> Outputs(Type type)
    {
        List<OutputDescription> outputs = [];
        foreach (CustomAttributeData output in All(type, "OutputTypeAttribute"))
        {
            foreach (object? written in output.ConstructorArguments.SelectMany(Items))
            {
                if (written is Type shown && outputs.All(known => known.TypeName != shown.FullName))
                {
                    outputs.Add(
                        new OutputDescription(
                            shown.FullName!,
                            [
                                .. shown
                                    .GetProperties()
                                    .Where(property =>
                                        property.GetMethod is { IsPublic: true, IsStatic: false }
                                        && shown.Assembly == property.DeclaringType!.Assembly
                                    )
                                    .Select(property => (property.Name, string.Join(' ', _comments.Of(property))))
                                    .Where(property => property.Item2.Length > 0),
                            ]
                        )
                    );
                }
            }
        }

        return outputs;
    }

    private static CmdletParameter Common(string name, string alias, string text)
    {
        var parameter = new CmdletParameter(name, "SwitchParameter", [text], [alias], [], "False", false);
        parameter.Uses.Add(new ParameterUse(null, parameter, false, null, false, false));
        return parameter;
    }

    private static List<ParameterUse> Order(IEnumerable<ParameterUse> uses) =>
        [
            .. uses.OrderBy(use => use.Position ?? int.MaxValue)
                .ThenBy(use => !use.IsMandatory)
                .ThenBy(use => use.Parameter.Name is "WhatIf" or "Confirm")
                .ThenBy(use => use.Parameter.Name, StringComparer.Ordinal),
        ];

    private static IEnumerable<object?> Items(CustomAttributeTypedArgument argument) =>
        argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> items ? items.Select(item => item.Value) : [argument.Value];

    private static object? Named(CustomAttributeData attribute, string name) =>
        attribute
            .NamedArguments.Where(argument => argument.MemberName == name)
            .Select(argument => argument.TypedValue.Value)
            .FirstOrDefault();

    private static CustomAttributeData? Find(MemberInfo member, string attribute) => All(member, attribute).FirstOrDefault();

    private static IEnumerable<CustomAttributeData> All(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Where(data => data.AttributeType.FullName == Namespace + attribute);
}
