package peers;

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.variable.PlanningListVariable;
import java.util.ArrayList;
import java.util.List;

/** An interval in service between breaks, and the sessions held in it, in their order. */
@PlanningEntity
public class Segment {
    @PlanningId
    public int number;
    public int agent;
    public int begin;
    public int end;
    public int earliest;
    public int latest;
    public int skills;

    @PlanningListVariable(allowsUnassignedValues = true)
    public List<Session> sessions = new ArrayList<>();

    public Segment() {
    }

    public List<Session> getSessions() {
        return sessions;
    }

    public void setSessions(List<Session> sessions) {
        this.sessions = sessions;
    }

    int lowest(Session session) {
        return Math.max(Math.max(begin + session.setUp, earliest), session.first);
    }

    int highest(Session session) {
        return Math.min(Math.min(end - session.occupied + session.setUp, latest), session.last);
    }

    /** Whether the session could be held here, were the segment empty. */
    boolean suits(Session session) {
        return (skills >> session.skill & 1) != 0 && (session.fixedAgent < 0 || session.fixedAgent == agent)
                && lowest(session) <= highest(session);
    }

    @Override
    public String toString() {
        return "segment " + number;
    }
}
