namespace GeneveNet;

/// <summary>The kernel silently ignored settings, as reading back showed.</summary>
public sealed class SettingNotSupportedException : NetworkException
{
    /// <summary>Creates the exception with a default text.</summary>
    public SettingNotSupportedException() { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    public SettingNotSupportedException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">What led to it.</param>
    public SettingNotSupportedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="task">What could not be done, as a phrase that continues "Cannot …".</param>
    /// <param name="ignored">The settings, at least one.</param>
    /// <param name="outcome">What has become of it, as a sentence.</param>
    public SettingNotSupportedException(string task, IReadOnlyList<Difference> ignored, string outcome)
        : base(FailureKind.NotSupported, Word(task, ignored, outcome, difference => difference.ToString()))
    {
        (Task, Ignored, Outcome) = (task, ignored, outcome);
        Id = "SettingNotSupported";
    }

    /// <summary>What could not be done, as a phrase that continues "Cannot …".</summary>
    public string Task { get; } = "";

    /// <summary>The settings.</summary>
    public IReadOnlyList<Difference> Ignored { get; } = [];

    /// <summary>What has become of it, as a sentence.</summary>
    public string Outcome { get; } = "";

    /// <summary>The message, with the settings in other words.</summary>
    internal string WordWith(Func<Difference, string> show) => Word(Task, Ignored, Outcome, show);

    private static string Word(string task, IReadOnlyList<Difference> ignored, string outcome, Func<Difference, string> show)
    {
        var since = ignored[0].Since is { } release ? $", which Linux supports since {release}" : "";
        var kernel = Environment.OSVersion.Version.ToString(3);
        return $"Cannot {task}: this kernel, Linux {kernel}, ignored {string.Join(", ", ignored.Select(show))}{since}. {outcome}";
    }
}
