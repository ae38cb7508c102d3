package peers;

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.variable.InverseRelationShadowVariable;
import ai.timefold.solver.core.api.domain.variable.ShadowVariable;

/** A booking; its start follows from the list that it is in. Times are slots of the grid, costs are minutes. */
@PlanningEntity
public class Session {
    static final int NOWHERE = -1;
    static final int NEVER = Integer.MAX_VALUE / 8;

    @PlanningId
    public int number;
    public int skill;
    public int setUp;
    public int occupied;
    public int held;
    public int first;
    public int last;
    /** Slot of the wish, rounded down, or negative without one. */
    public int wishSlot;
    public boolean fixed;
    public int fixedAgent;
    public int movable;
    public int movableAgent;
    public long weight;
    /** Deviation in minutes of each start, or NEVER where it is outside the windows. */
    public int[] cost;
    /** Sessions with a participant in common. */
    public Session[] partners = {};

    @InverseRelationShadowVariable(sourceVariableName = "sessions")
    public Segment segment;

    /** Start, NOWHERE while unassigned. Boxed, as shadow variables are. */
    @ShadowVariable(variableListenerClass = StartListener.class, sourceEntityClass = Segment.class,
            sourceVariableName = "sessions")
    public Integer start = NOWHERE;

    /** Slots by which the start misses the window or the segment; set together with the start. */
    public int late;

    /** Whether the movable pin is kept, if there is one; set together with the start. */
    public boolean kept;

    public Session() {
    }

    public Integer getStart() {
        return start;
    }

    public void setStart(Integer start) {
        this.start = start;
    }

    public Segment getSegment() {
        return segment;
    }

    public void setSegment(Segment segment) {
        this.segment = segment;
    }

    boolean overlaps(Session other) {
        return start >= 0 && other.start >= 0 && start < other.start + other.held
                && other.start < start + held;
    }

    boolean keptBy(Segment where, int slot) {
        return slot == movable && (movableAgent < 0 || movableAgent == where.agent);
    }

    @Override
    public String toString() {
        return "session " + number;
    }
}
