namespace ProcNet.Report;

/// <summary>How many bytes fell into each step of a <see cref="TimeGrid"/>.</summary>
internal sealed class TimeLine(TimeGrid grid)
{
    private Dictionary<long, (double Sent, double Received)> _steps = [];
    private long _width = grid.Width;

    /// <summary>Adds bytes, spread evenly over the length of time that they were counted in.</summary>
    public void Add(DateTime begin, DateTime end, long sent, long received)
    {
        Follow();
        double length = (end - begin).Ticks;
        long last = grid.Step(end.Ticks - 1);
        for (long step = grid.Step(begin.Ticks); step <= last; step++)
        {
            double share = (Math.Min(end.Ticks, (step + 1) * grid.Width) - Math.Max(begin.Ticks, step * grid.Width)) / length;
            Put(_steps, step, share * sent, share * received);
        }
    }

    /// <summary>The bytes of a step.</summary>
    public (double Sent, double Received) this[long step]
    {
        get
        {
            Follow();
            return _steps.GetValueOrDefault(step);
        }
    }

    private void Follow()
    {
        if (_width == grid.Width)
        {
            return;
        }

        long factor = grid.Width / _width;
        Dictionary<long, (double Sent, double Received)> steps = [];
        foreach ((long step, (double sent, double received)) in _steps)
        {
            Put(steps, step / factor, sent, received);
        }

        _steps = steps;
        _width = grid.Width;
    }

    private static void Put(Dictionary<long, (double Sent, double Received)> steps, long step, double sent, double received)
    {
        (double oldSent, double oldReceived) = steps.GetValueOrDefault(step);
        steps[step] = (oldSent + sent, oldReceived + received);
    }
}
