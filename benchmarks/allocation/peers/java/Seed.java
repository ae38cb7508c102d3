package peers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The plan to start from: cheapest insertion, the most urgent and then the least flexible first.
 *
 * The rule of Timefold's own construction heuristic, without its cost of doing and undoing each insertion.
 */
final class Seed {
    private Seed() {
    }

    static void plant(Day day) {
        Timing timing = new Timing();
        int[] total = new int[day.segments.size()];
        int[] used = new int[day.segments.size()];
        List<Session> order = new ArrayList<>(day.sessions);
        order.sort(Comparator.<Session>comparingInt(session -> session.fixed ? 0 : 1)
                .thenComparingLong(session -> -session.weight)
                .thenComparingInt(session -> -session.occupied)
                .thenComparingInt(session -> session.last - session.first));
        for (Session session : order) {
            insert(day, session, timing, total, used);
        }
    }

    private static void insert(Day day, Session session, Timing timing, int[] total, int[] used) {
        int least = Session.NEVER;
        Segment where = null;
        int at = 0;
        for (Segment segment : day.segments) {
            if (!segment.suits(session) || used[segment.number] + session.occupied > segment.end - segment.begin) {
                continue;
            }
            for (int place = 0; place <= segment.sessions.size(); place++) {
                segment.sessions.add(place, session);
                timing.solve(segment, segment.sessions);
                if (timing.total < Session.NEVER && timing.total - total[segment.number] < least
                        && areAlone(segment.sessions, timing.starts)) {
                    least = timing.total - total[segment.number];
                    where = segment;
                    at = place;
                }
                segment.sessions.remove(place);
            }
        }
        if (where != null) {
            where.sessions.add(at, session);
            timing.solve(where, where.sessions);
            total[where.number] = timing.total;
            used[where.number] += session.occupied;
            time(where, timing);
        }
    }

    private static void time(Segment segment, Timing timing) {
        for (int place = 0; place < segment.sessions.size(); place++) {
            Session session = segment.sessions.get(place);
            session.segment = segment;
            session.start = timing.starts[place];
            session.kept = session.keptBy(segment, session.start);
        }
    }

    /** Whether no participant of these sessions is in a session of another segment as well. */
    private static boolean areAlone(List<Session> sessions, int[] starts) {
        for (int place = 0; place < sessions.size(); place++) {
            Session session = sessions.get(place);
            for (Session partner : session.partners) {
                if (partner.start >= 0 && !sessions.contains(partner)
                        && starts[place] < partner.start + partner.held
                        && partner.start < starts[place] + session.held) {
                    return false;
                }
            }
        }
        return true;
    }
}
