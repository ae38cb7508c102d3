package peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** Reads the instance from integers separated by white space, in the order that timefold_java.py writes. */
final class Reader {
    private final StringTokenizer tokens;

    Reader(Path path) throws IOException {
        tokens = new StringTokenizer(Files.readString(path));
    }

    private int next() {
        return Integer.parseInt(tokens.nextToken());
    }

    Day read() {
        int grid = next();
        int slots = next();
        List<Segment> segments = new ArrayList<>();
        for (int count = next(); count > 0; count--) {
            segments.add(segment(segments.size()));
        }
        List<Session> sessions = new ArrayList<>();
        Map<Integer, List<Session>> attended = new HashMap<>();
        for (int count = next(); count > 0; count--) {
            sessions.add(session(sessions.size(), grid, slots, attended));
        }
        for (List<Session> listed : attended.values()) {
            for (Session session : listed) {
                List<Session> partners = new ArrayList<>(List.of(session.partners));
                listed.stream().filter(other -> other != session && !partners.contains(other)).forEach(partners::add);
                session.partners = partners.toArray(new Session[0]);
            }
        }
        return new Day(segments, sessions);
    }

    private Segment segment(int number) {
        Segment segment = new Segment();
        segment.number = number;
        segment.agent = next();
        segment.begin = next();
        segment.end = next();
        segment.earliest = next();
        segment.latest = next();
        segment.skills = next();
        return segment;
    }

    private Session session(int number, int grid, int slots, Map<Integer, List<Session>> attended) {
        Session session = new Session();
        session.number = number;
        session.skill = next();
        session.setUp = next();
        session.occupied = next();
        session.held = next();
        int wish = next();
        session.wishSlot = Math.min(wish < 0 ? wish : wish / grid, slots);
        session.weight = Long.parseLong(tokens.nextToken());
        session.fixed = next() == 1;
        session.fixedAgent = next();
        session.movable = next();
        session.movableAgent = next();
        session.cost = new int[slots + 1];
        java.util.Arrays.fill(session.cost, Session.NEVER);
        session.first = slots;
        for (int windows = next(); windows > 0; windows--) {
            int first = next();
            int last = next();
            session.first = Math.min(session.first, first);
            session.last = Math.max(session.last, last);
            for (int slot = first; slot <= last; slot++) {
                session.cost[slot] = wish < 0 ? 0 : Math.abs(slot * grid - wish);
            }
        }
        for (int people = next(); people > 0; people--) {
            attended.computeIfAbsent(next(), person -> new ArrayList<>()).add(session);
        }
        return session;
    }
}
