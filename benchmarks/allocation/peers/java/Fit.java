package peers;

import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.selector.common.decorator.SelectionFilter;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListChangeMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListSwapMove;

/** Filters of moves: no session goes where it could not be held even alone. */
public final class Fit {
    private Fit() {
    }

    /** Of a change of place. */
    public static class Change implements SelectionFilter<Day, ListChangeMove<Day>> {
        @Override
        public boolean accept(ScoreDirector<Day> director, ListChangeMove<Day> move) {
            return !(move.getDestinationEntity() instanceof Segment segment)
                    || segment.suits((Session) move.getMovedValue());
        }
    }

    /** Of an exchange. */
    public static class Swap implements SelectionFilter<Day, ListSwapMove<Day>> {
        @Override
        public boolean accept(ScoreDirector<Day> director, ListSwapMove<Day> move) {
            Session left = (Session) move.getLeftValue();
            Session right = (Session) move.getRightValue();
            return (left.segment == null || left.segment.suits(right))
                    && (right.segment == null || right.segment.suits(left));
        }
    }
}
