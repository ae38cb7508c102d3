package peers;

import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import java.util.ArrayList;
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

    /** For each skill and slot, in that order, the segments in service then with an agent of the skill. */
    Segment[][] suitable() {
        int slots = sessions.get(0).cost.length;
        int skills = 1 + sessions.stream().mapToInt(session -> session.skill).max().orElse(0);
        Segment[][] table = new Segment[skills * slots][];
        for (int skill = 0; skill < skills; skill++) {
            for (int slot = 0; slot < slots; slot++) {
                List<Segment> listed = new ArrayList<>();
                for (Segment segment : segments) {
                    if ((segment.skills >> skill & 1) != 0 && segment.begin <= slot && slot < segment.end) {
                        listed.add(segment);
                    }
                }
                table[skill * slots + slot] = listed.toArray(new Segment[0]);
            }
        }
        return table;
    }
}
