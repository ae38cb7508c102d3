package peers;

import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import java.util.List;

/** The whole problem and its plan. */
@PlanningSolution
public class Day {
    @PlanningEntityCollectionProperty
    public List<Segment> segments;

    @PlanningEntityCollectionProperty
    @ValueRangeProvider
    public List<Session> sessions;

    @PlanningScore
    public HardMediumSoftLongScore score;

    public Day() {
    }

    public Day(List<Segment> segments, List<Session> sessions) {
        this.segments = segments;
        this.sessions = sessions;
    }

    public List<Segment> getSegments() {
        return segments;
    }

    public List<Session> getSessions() {
        return sessions;
    }

    public HardMediumSoftLongScore getScore() {
        return score;
    }

    public void setScore(HardMediumSoftLongScore score) {
        this.score = score;
    }
}
