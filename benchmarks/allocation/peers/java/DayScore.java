package peers;

import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;

/**
 * Hard: late slots, fixed pins left out, participants in two sessions at once. Medium: bookings left out, by
 * priority. Soft: movable pins not kept, then minutes of deviation.
 */
public class DayScore implements IncrementalScoreCalculator<Day, HardMediumSoftLongScore> {
    private long hard;
    private long medium;
    private long soft;

    @Override
    public void resetWorkingSolution(Day day) {
        hard = medium = soft = 0;
        for (Session session : day.getSessions()) {
            addAlone(session, 1);
            for (Session partner : session.partners) {
                if (session.number < partner.number && session.overlaps(partner)) {
                    hard--;
                }
            }
        }
    }

    private void addAlone(Session session, int sign) {
        int start = session.start;
        if (start < 0) {
            medium -= sign * session.weight;
            if (session.fixed) {
                hard -= sign * 1000;
            }
            return;
        }
        hard -= sign * session.late;
        int cost = session.late > 0 ? 0 : session.cost[start];
        if (session.movable >= 0 && !session.kept) {
            cost += Timing.NOT_KEPT;
        }
        soft -= (long) sign * cost;
    }

    private void add(Session session, int sign) {
        addAlone(session, sign);
        for (Session partner : session.partners) {
            if (session.overlaps(partner)) {
                hard -= sign;
            }
        }
    }

    @Override
    public void beforeVariableChanged(Object entity, String variable) {
        if (variable.equals("start")) {
            add((Session) entity, -1);
        }
    }

    @Override
    public void afterVariableChanged(Object entity, String variable) {
        if (variable.equals("start")) {
            add((Session) entity, 1);
        }
    }

    @Override
    public void beforeEntityAdded(Object entity) {
    }

    @Override
    public void afterEntityAdded(Object entity) {
    }

    @Override
    public void beforeEntityRemoved(Object entity) {
    }

    @Override
    public void afterEntityRemoved(Object entity) {
    }

    @Override
    public HardMediumSoftLongScore calculateScore() {
        return HardMediumSoftLongScore.of(hard, medium, soft);
    }
}
