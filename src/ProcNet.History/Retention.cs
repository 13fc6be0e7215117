namespace ProcNet.History.Storage;

/// <summary>Removes what is older than it is to be kept, and the oldest where the file has grown too large.</summary>
/// <param name="database">The database, open for writing.</param>
internal sealed class Retention(HistoryDatabase database)
{
    private const long MinutesPerHour = 60;

    // Samples are for questions of the last hour, minutes for those of the last day.
    private static readonly TimeSpan s_samples = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_minutes = TimeSpan.FromDays(1);

    // A clock that stands a year ahead would have everything removed at once. At a day an hour there is time to put it right.
    private const long MostHoursAtOnce = 24;

    /// <summary>Removes samples and minutes that are too old: their hours have them.</summary>
    /// <param name="now">The present, in milliseconds since 1970.</param>
    public void FineByAge(long now)
    {
        string first = $"(SELECT coalesce(min(id), 0) FROM interval WHERE start >= {now - (long)s_samples.TotalMilliseconds})";
        database.InTransaction(() =>
        {
            database.Execute(
                $"""
                DELETE FROM sample WHERE interval <= (SELECT value FROM state WHERE name = 'rolled_up') AND interval < {first};
                DELETE FROM interval WHERE id <= (SELECT value FROM state WHERE name = 'rolled_up') AND id < {first};
                """
            );
            RemoveMinutes(Period.Minute.Of(now - (long)s_minutes.TotalMilliseconds));
        });
        GiveBack();
    }

    /// <summary>Removes hours and days that are too old.</summary>
    /// <param name="now">The present, in milliseconds since 1970.</param>
    /// <param name="retention">How long they are kept.</param>
    public void HoursByAge(long now, TimeSpan retention)
    {
        long oldestHour = Period.Hour.Of(now - (long)retention.TotalMilliseconds);
        long agedUntil = State("aged_until");
        long firstHour = database.Ask("SELECT min(start) FROM account_hour") ?? oldestHour;
        long until = Math.Min(oldestHour, Math.Max(agedUntil, firstHour) + MostHoursAtOnce);
        if (until > agedUntil)
        {
            database.InTransaction(() =>
            {
                RemoveHours(until);
                database.Execute($"UPDATE state SET value = {until} WHERE name = 'aged_until'");
            });
            GiveBack();
        }
    }

    /// <summary>Makes the file small enough: first the oldest minutes go, whose hours stay, then the oldest hours.</summary>
    /// <param name="maximumBytes">What it may have.</param>
    /// <returns>What went, for people; null where nothing had to go.</returns>
    public string? BySize(long maximumBytes)
    {
        string? removed = null;
        while (database.UsedBytes() > maximumBytes && (ShortenMinutes() ?? ShortenHours()) is string step)
        {
            removed = step;
            GiveBack();
        }

        return removed;
    }

    // Half of them at a time; the last hour's stay.
    private string? ShortenMinutes()
    {
        if (
            database.Ask("SELECT min(start) FROM account_minute") is not long first
            || database.Ask("SELECT max(start) FROM account_minute") is not long last
            || last - first <= MinutesPerHour
        )
        {
            return null;
        }

        long firstLeft = first + ((last - first + 1) / 2);
        database.InTransaction(() => RemoveMinutes(firstLeft));
        return $"what was before {UnixTime.FromMilliseconds(firstLeft * Period.Minute.Milliseconds):u} is kept by the hour alone.";
    }

    // A twentieth at a time, so that a file that is far too large is soon small enough; the last hour stays.
    private string? ShortenHours()
    {
        if (
            database.Ask("SELECT min(start) FROM account_hour") is not long first
            || database.Ask("SELECT max(start) FROM account_hour") is not long last
            || first >= last
        )
        {
            return null;
        }

        long firstLeft = Math.Min(last, first + Math.Max(1, (last - first) / 20));
        database.InTransaction(() =>
        {
            RemoveMinutes(firstLeft * MinutesPerHour);
            RemoveHours(firstLeft);
        });
        return $"what was before {UnixTime.FromMilliseconds(firstLeft * Period.Hour.Milliseconds):u} was removed.";
    }

    /// <summary>
    /// Removes what was measured before a moment, to the minute where minutes are kept, else to the hour. All samples are summed
    /// up.
    /// </summary>
    /// <param name="before">The moment, in milliseconds since 1970.</param>
    /// <returns>How many hours went.</returns>
    public long Before(long before)
    {
        long minute = Period.Minute.Of(before);
        long hour = Period.Hour.Of(before);
        long hours = database.Ask($"SELECT count(*) FROM account_hour WHERE start < {hour}") ?? 0;
        database.InTransaction(() =>
        {
            database.Execute(
                $"""
                DELETE FROM sample WHERE interval IN (SELECT id FROM interval WHERE start < {before});
                DELETE FROM interval WHERE start < {before};
                """
            );
            bool hasMinutes = State("minutes_from") <= hour * MinutesPerHour;
            RemoveMinutes(minute);
            RemoveHours(hour);
            if (hasMinutes)
            {
                SumAgain(Period.Hour, hour, Period.Minute, MinutesPerHour);
            }

            SumAgain(Period.Day, Period.Day.Of(before), Period.Hour, 24);
            RemoveNames(
                "id NOT IN (SELECT subject FROM sample UNION SELECT subject FROM traffic_minute UNION SELECT subject FROM traffic_hour UNION SELECT subject FROM traffic_day)"
            );
        });
        GiveBack();
        return hours;
    }

    private void RemoveMinutes(long before)
    {
        if (before <= State("minutes_from"))
        {
            return;
        }

        database.Execute(
            $"""
            DELETE FROM traffic_minute WHERE start < {before};
            DELETE FROM account_minute WHERE start < {before};
            UPDATE state SET value = {before} WHERE name = 'minutes_from';
            """
        );
    }

    private void RemoveHours(long before)
    {
        long day = before / 24;
        database.Execute(
            $"""
            DELETE FROM traffic_hour WHERE start < {before};
            DELETE FROM account_hour WHERE start < {before};
            DELETE FROM traffic_day WHERE start < {day};
            DELETE FROM account_day WHERE start < {day};
            DELETE FROM gap WHERE max(start, "end") < {before * Period.Hour.Milliseconds};
            DELETE FROM session WHERE last_end < {before * Period.Hour.Milliseconds} AND id < (SELECT max(id) FROM session)
                AND id NOT IN (SELECT session FROM interval);
            UPDATE state SET value = {before} WHERE name = 'hours_from' AND value < {before};
            UPDATE state SET value = {day} WHERE name = 'days_from' AND value < {day};
            """
        );

        // Once a day is enough: each looks through the names.
        if (before % 24 == 0)
        {
            RemoveNames($"last_hour < {before} AND id NOT IN (SELECT subject FROM sample)");
        }
    }

    /// <summary>Removes names that nothing refers to any more.</summary>
    /// <param name="unused">What is true of a subject that no row has.</param>
    private void RemoveNames(string unused) =>
        database.Execute(
            $"""
            DELETE FROM subject WHERE {unused};
            DELETE FROM process WHERE id NOT IN (SELECT process FROM subject);
            DELETE FROM endpoint WHERE id <> 0 AND id NOT IN (SELECT endpoint FROM subject);
            DELETE FROM text WHERE id <> 0 AND id NOT IN (
                SELECT name FROM process UNION SELECT user_name FROM process UNION SELECT path FROM process UNION SELECT command_line FROM process
                UNION SELECT unit FROM process UNION SELECT slice FROM process UNION SELECT container FROM process
                UNION SELECT host FROM session);
            UPDATE state SET value = value + 1 WHERE name = 'names_removed';
            """
        );

    private void SumAgain(Period period, long start, Period part, long parts)
    {
        string range = $"start >= {start * parts} AND start < {(start + 1) * parts}";
        string sums = string.Join(", ", AccountTotals.Columns.Split(", ").Select(static column => $"sum({column})"));
        database.Execute(
            $"""
            DELETE FROM account_{period.Name} WHERE start = {start};
            INSERT INTO account_{period.Name} SELECT {start}, {sums} FROM account_{part.Name} WHERE {range} HAVING count(*) > 0;
            CREATE TEMP TABLE again AS
                SELECT subject, sum(sent_bytes) AS sent_bytes, sum(received_bytes) AS received_bytes, sum(sent_packets) AS sent_packets,
                       sum(received_packets) AS received_packets, max(flows) AS flows FROM traffic_{part.Name} WHERE {range} GROUP BY subject;
            INSERT INTO traffic_{period.Name} SELECT {start}, subject, 0, 0, 0, 0, 0, 0 FROM again WHERE true ON CONFLICT DO NOTHING;
            DELETE FROM traffic_{period.Name} WHERE start = {start} AND subject NOT IN (SELECT subject FROM again);
            UPDATE traffic_{period.Name} SET sent_bytes = again.sent_bytes, received_bytes = again.received_bytes,
                sent_packets = again.sent_packets, received_packets = again.received_packets, flows = again.flows
                FROM again WHERE start = {start} AND traffic_{period.Name}.subject = again.subject;
            DROP TABLE again;
            """
        );
    }

    /// <summary>Gives the disk back what is free. Where another process reads just now, it is done the next time.</summary>
    private void GiveBack()
    {
        // Each step frees a page.
        using Statement vacuum = database.Prepare("PRAGMA incremental_vacuum");
        vacuum.Run();
    }

    private long State(string name) => database.Ask($"SELECT value FROM state WHERE name = '{name}'") ?? 0;
}
