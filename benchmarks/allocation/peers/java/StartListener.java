package peers;

import ai.timefold.solver.core.api.domain.variable.ListVariableListener;
import ai.timefold.solver.core.api.score.director.ScoreDirector;
import java.util.List;

/** Times the sessions of a segment anew whenever its list changes. */
public class StartListener implements ListVariableListener<Day, Segment, Session> {
    private final Timing timing = new Timing();

    @Override
    public void afterListVariableElementUnassigned(ScoreDirector<Day> director, Session session) {
        change(director, session, Session.NOWHERE, 0, false);
    }

    @Override
    public void beforeListVariableChanged(ScoreDirector<Day> director, Segment segment, int from, int to) {
    }

    @Override
    public void afterListVariableChanged(ScoreDirector<Day> director, Segment segment, int from, int to) {
        List<Session> sessions = segment.getSessions();
        timing.solve(segment, sessions);
        boolean missed = timing.total == Session.NEVER;
        for (int i = 0; i < sessions.size(); i++) {
            Session session = sessions.get(i);
            int start = timing.starts[i];
            int late = start - segment.highest(session);
            if ((segment.skills >> session.skill & 1) == 0
                    || session.fixedAgent >= 0 && session.fixedAgent != segment.agent) {
                late = 1000;
            }
            missed &= late <= 0;
            if (missed && i == sessions.size() - 1) {
                late = 1; // each bound holds, and yet the windows' gaps leave no starts
            }
            change(director, session, start, Math.max(0, late), session.keptBy(segment, start));
        }
    }

    private static void change(ScoreDirector<Day> director, Session session, int start, int late,
            boolean kept) {
        if (session.start != start || session.late != late || session.kept != kept) {
            director.beforeVariableChanged(session, "start");
            session.start = start;
            session.late = late;
            session.kept = kept;
            director.afterVariableChanged(session, "start");
        }
    }

    @Override
    public void beforeEntityAdded(ScoreDirector<Day> director, Segment segment) {
    }

    @Override
    public void afterEntityAdded(ScoreDirector<Day> director, Segment segment) {
        afterListVariableChanged(director, segment, 0, segment.getSessions().size());
    }

    @Override
    public void beforeEntityRemoved(ScoreDirector<Day> director, Segment segment) {
    }

    @Override
    public void afterEntityRemoved(ScoreDirector<Day> director, Segment segment) {
    }
}
