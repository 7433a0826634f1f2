using Spectre.Console;
using Spectre.Console.Rendering;

namespace Loader.Cli.Hosting;

/// <summary>
/// Breaks the lines of all text on a console by the rules of <see cref="LineBreaker"/>, and measures text that is written as ASCII as it
/// is written.
/// </summary>
internal sealed class TextLayout : IRenderHook
{
    /// <summary>A width that no text reaches, so that Spectre does not break lines.</summary>
    public const int Unlimited = 1_000_000;

    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(item => item is Markup or Text ? new Lines(item) : item);

    private sealed class Lines(IRenderable text) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var line = new List<Segment>();
            foreach (Segment segment in text.Render(options, Unlimited))
            {
                if (segment.IsLineBreak)
                {
                    foreach (Segment part in Break(line, maxWidth))
                    {
                        yield return part;
                    }

                    line.Clear();
                    yield return segment;
                }
                else
                {
                    line.Add(options.Unicode ? segment : new Segment(AsciiText.Escape(segment.Text), segment.Style));
                }
            }

            foreach (Segment part in Break(line, maxWidth))
            {
                yield return part;
            }
        }

        private static IEnumerable<Segment> Break(List<Segment> line, int width)
        {
            string all = string.Concat(line.Select(segment => segment.Text));
            string indent = LineBreaker.IndentOf(all, width);
            foreach ((int index, Range range) in LineBreaker.Divide(all, width).Index())
            {
                if (index > 0)
                {
                    yield return Segment.LineBreak;
                    yield return new Segment(indent);
                }

                (int start, int length) = range.GetOffsetAndLength(all.Length);
                foreach (Segment part in Cut(line, start, start + length))
                {
                    yield return part;
                }
            }
        }

        /// <summary>Returns the parts of the segments between two positions of their text, with their styles.</summary>
        private static IEnumerable<Segment> Cut(List<Segment> segments, int start, int end)
        {
            int position = 0;
            foreach (Segment segment in segments)
            {
                int from = Math.Max(start - position, 0);
                int to = Math.Min(end - position, segment.Text.Length);
                if (from < to)
                {
                    yield return new Segment(segment.Text[from..to], segment.Style);
                }

                position += segment.Text.Length;
            }
        }
    }
}
