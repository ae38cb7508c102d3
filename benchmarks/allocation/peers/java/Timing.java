package peers;

import java.util.List;

/**
 * The best starts of a segment's sessions in their given order, by dynamic programming over slots.
 *
 * best[i][t] is the least cost of the first i + 1 sessions when the occupation of session i begins at t or
 * before. So idle time goes wherever it serves the wishes best, and the starts are a function of the list.
 */
final class Timing {
    /** Cost of a movable pin that is not kept: more than any deviation. */
    static final int NOT_KEPT = 1_000_000;

    private static final int LONGEST = 64;

    private int[][] best = new int[LONGEST][];
    private int[][] choice = new int[LONGEST][];
    int[] starts = new int[LONGEST];
    /** Cost of the starts found, or NEVER where the sessions do not fit in this order. */
    int total;

    /** Finds the starts; without fit, the earliest ones, which then miss windows or the segment's end. */
    void solve(Segment segment, List<Session> sessions) {
        int count = sessions.size();
        if (count > starts.length) {
            best = new int[2 * count][];
            choice = new int[2 * count][];
            starts = new int[2 * count];
        }
        int width = segment.end - segment.begin + 1;
        int[] before = null;
        int ready = segment.begin;
        boolean fits = true;
        for (int i = 0; i < count; i++) {
            Session session = sessions.get(i);
            ready = Math.max(ready, segment.lowest(session) - session.setUp);
            starts[i] = ready + session.setUp;
            int highest = segment.highest(session) - session.setUp;
            fits &= ready <= highest;
            if (fits) {
                before = extend(segment, session, i, before, ready, highest, width);
            }
            ready += session.occupied;
        }
        total = Session.NEVER;
        if (count == 0) {
            total = 0;
        } else if (fits && before[width - 1] < Session.NEVER) {
            total = before[width - 1];
            int latest = width - 1;
            for (int i = count - 1; i >= 0; i--) {
                int at = choice[i][latest];
                starts[i] = segment.begin + at + sessions.get(i).setUp;
                latest = i > 0 ? at - sessions.get(i - 1).occupied : 0;
            }
        }
    }

    private int[] extend(Segment segment, Session session, int place, int[] before, int low, int high, int width) {
        int[] cost = row(best, place, width);
        int[] at = row(choice, place, width);
        int from = low - segment.begin;
        int until = high - segment.begin;
        for (int t = 0; t < from; t++) {
            cost[t] = Session.NEVER;
        }
        boolean pinned = session.movable >= 0;
        int least = Session.NEVER;
        int where = -1;
        int shift = place == 0 ? 0 : occupiedBefore;
        for (int t = from; t < width; t++) {
            if (t <= until) {
                int slot = segment.begin + t + session.setUp;
                int own = session.cost[slot];
                if (pinned && !session.keptBy(segment, slot)) {
                    own += NOT_KEPT;
                }
                int sum = before == null ? own : own + before[t - shift];
                if (sum < least) {
                    least = sum;
                    where = t;
                }
            }
            cost[t] = least;
            at[t] = where;
        }
        occupiedBefore = session.occupied;
        return cost;
    }

    private int occupiedBefore;

    private static int[] row(int[][] table, int place, int width) {
        if (table[place] == null || table[place].length < width) {
            table[place] = new int[width];
        }
        return table[place];
    }
}
