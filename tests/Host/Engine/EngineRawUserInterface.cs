using System.Globalization;
using System.Management.Automation.Host;

namespace GeneveNet.Host.Engine;

/// <summary>The screen as far as the formatter needs it: a width to fit tables into, and colours that are left alone.</summary>
internal sealed class EngineRawUserInterface : PSHostRawUserInterface
{
    /// <summary>"Whatever the terminal has": a terminal cannot be asked for its colours.</summary>
    public const ConsoleColor Unset = (ConsoleColor)(-1);

    private const int WidthOfLogs = 120;
    private const int HeightOfLogs = 50;

    private Size _size = new(MeasureWidth(), HeightOfLogs);

    public override ConsoleColor ForegroundColor { get; set; } = Unset;

    public override ConsoleColor BackgroundColor { get; set; } = Unset;

    public override Size BufferSize { get => _size; set => _size = value; }

    public override Size WindowSize { get => _size; set => _size = value; }

    public override Size MaxWindowSize => _size;

    public override Size MaxPhysicalWindowSize => _size;

    public override Coordinates WindowPosition { get; set; }

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 1;

    public override string WindowTitle { get; set; } = "";

    public override bool KeyAvailable => false;

    public override void FlushInputBuffer() { }

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw NoScreen();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NoScreen();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw NoScreen();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NoScreen();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NoScreen();

    private static int MeasureWidth()
    {
        string? columns = Environment.GetEnvironmentVariable("COLUMNS");
        if (int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 1)
            return width;

        return !Console.IsOutputRedirected && Console.WindowWidth > 1 ? Console.WindowWidth : WidthOfLogs;
    }

    private static NotSupportedException NoScreen() => new("The host has no screen buffer.");
}
