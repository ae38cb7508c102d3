package peers;

import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.domain.variable.descriptor.ListVariableDescriptor;
import ai.timefold.solver.core.impl.heuristic.move.CompositeMove;
import ai.timefold.solver.core.impl.heuristic.move.Move;
import ai.timefold.solver.core.impl.heuristic.selector.move.factory.MoveIteratorFactory;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListAssignMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListChangeMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListSwapMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListUnassignMove;
import ai.timefold.solver.core.impl.score.director.InnerScoreDirector;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Moves to a place near the wish: what nearby selection is for, which this edition lacks.
 *
 * A session, rather one that is left out or far from its wish, draws a slot near its wish and a segment that
 * suits it then. It moves there, or changes places with the session there, or takes its place while that one
 * moves near its own wish in a third segment. One whose confirmation is not kept tries the confirmed place.
 */
public class Nearby implements MoveIteratorFactory<Day, Move<Day>> {
    /** Sessions drawn, of which the one that costs most is moved. */
    private static final int DRAWN = 3;

    /** Chance that the slot stays where it is while it is drawn further from the wish. */
    private static final double NEAR = 0.15;

    private static final double CHANGES = 0.4;
    private static final double SWAPS = 0.4;
    private static final int ATTEMPTS = 20;

    private Day known;
    private Segment[][] suitable;

    @Override
    public long getSize(ScoreDirector<Day> director) {
        Day day = director.getWorkingSolution();
        return (long) day.sessions.size() * day.segments.size();
    }

    @Override
    public Iterator<Move<Day>> createOriginalMoveIterator(ScoreDirector<Day> director) {
        throw new UnsupportedOperationException("moves are drawn at random only");
    }

    @Override
    public Iterator<Move<Day>> createRandomMoveIterator(ScoreDirector<Day> director, Random random) {
        Day day = director.getWorkingSolution();
        if (day != known) {
            known = day;
            suitable = day.suitable();
        }
        return new Draw((InnerScoreDirector<Day, ?>) director, random, suitable);
    }

    private static final class Draw implements Iterator<Move<Day>> {
        private final Random random;
        private final Day day;
        private final ListVariableDescriptor<Day> variable;
        private final Segment[][] suitable;
        private final int slots;

        Draw(InnerScoreDirector<Day, ?> director, Random random, Segment[][] suitable) {
            this.random = random;
            day = director.getWorkingSolution();
            variable = director.getSolutionDescriptor().getListVariableDescriptor();
            slots = day.sessions.get(0).cost.length;
            this.suitable = suitable;
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Move<Day> next() {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Move<Day> move = draw();
                if (move != null) {
                    return move;
                }
            }
            Segment any = day.segments.get(0); // not doable, so it is passed over
            return new ListChangeMove<>(variable, any, 0, any, 0);
        }

        private Move<Day> draw() {
            Session session = session();
            boolean confirmed = session.movable >= 0 && !session.kept && random.nextBoolean();
            int slot = confirmed ? session.movable : slotNear(session);
            Segment there = segmentAt(session, slot, confirmed ? session.movableAgent : Session.NOWHERE);
            if (there == null) {
                return null;
            }
            int place = placeAt(there, slot);
            double kind = random.nextDouble();
            if (kind < CHANGES) {
                return insertion(session, there, place);
            }
            List<Session> listed = there.getSessions();
            if (listed.isEmpty()) {
                return insertion(session, there, 0);
            }
            place = Math.min(place, listed.size() - 1);
            if (place > 0 && random.nextBoolean()) {
                place--;
            }
            Session other = listed.get(place);
            if (other == session) {
                return null;
            }
            return kind < CHANGES + SWAPS ? exchange(session, there, place, other)
                    : rotation(session, there, place, other);
        }

        private Session session() {
            List<Session> all = day.sessions;
            Session chosen = null;
            long most = -1;
            for (int i = random.nextInt(DRAWN) + 1; i > 0; i--) {
                Session drawn = all.get(random.nextInt(all.size()));
                long cost = drawn.start < 0 ? Long.MAX_VALUE
                        : drawn.cost[drawn.start] + (drawn.movable >= 0 && !drawn.kept ? Timing.NOT_KEPT : 0);
                if (cost > most) {
                    most = cost;
                    chosen = drawn;
                }
            }
            return chosen;
        }

        private int slotNear(Session session) {
            int wish = session.movable >= 0 ? session.movable : session.wishSlot;
            if (wish < 0) {
                return session.first + random.nextInt(session.last - session.first + 1);
            }
            int distance = (int) (Math.log(1 - random.nextDouble()) / Math.log(1 - NEAR));
            int slot = random.nextBoolean() ? wish + distance : wish - distance;
            return Math.max(session.first, Math.min(session.last, slot));
        }

        /** A segment that suits the session, in service at the slot; of this agent, if one is named. */
        private Segment segmentAt(Session session, int slot, int agent) {
            Segment[] listed = suitable[session.skill * slots + slot];
            if (listed.length == 0) {
                return null;
            }
            if (agent >= 0) {
                for (Segment segment : listed) {
                    if (segment.agent == agent) {
                        return segment.suits(session) ? segment : null;
                    }
                }
                return null;
            }
            Segment segment = listed[random.nextInt(listed.length)];
            return segment.suits(session) ? segment : null;
        }

        private static int placeAt(Segment segment, int slot) {
            List<Session> listed = segment.getSessions();
            int place = 0;
            while (place < listed.size() && listed.get(place).start < slot) {
                place++;
            }
            return place;
        }

        private Move<Day> insertion(Session session, Segment there, int place) {
            if (session.segment == null) {
                return new ListAssignMove<>(variable, session, there, place);
            }
            int from = session.segment.getSessions().indexOf(session);
            if (session.segment == there) {
                place = place > from ? place - 1 : place;
                return place == from ? null : new ListChangeMove<>(variable, there, from, there, place);
            }
            return new ListChangeMove<>(variable, session.segment, from, there, place);
        }

        private Move<Day> exchange(Session session, Segment there, int place, Session other) {
            if (session.segment == null) {
                return CompositeMove.buildMove(new ListUnassignMove<>(variable, there, place),
                        new ListAssignMove<>(variable, session, there, place));
            }
            if (!session.segment.suits(other)) {
                return null;
            }
            int from = session.segment.getSessions().indexOf(session);
            return new ListSwapMove<>(variable, session.segment, from, there, place);
        }

        private Move<Day> rotation(Session session, Segment there, int place, Session other) {
            int slot = slotNear(other);
            Segment third = segmentAt(other, slot, Session.NOWHERE);
            if (third == null || third == there || third == session.segment || session.segment == there) {
                return null;
            }
            Move<Day> away = new ListChangeMove<>(variable, there, place, third, placeAt(third, slot));
            return CompositeMove.buildMove(away, insertion(session, there, place));
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException();
        }
    }
}
