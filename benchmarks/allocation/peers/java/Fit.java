package peers;

import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.move.CompositeMove;
import ai.timefold.solver.core.impl.heuristic.move.Move;
import ai.timefold.solver.core.impl.heuristic.selector.common.decorator.SelectionFilter;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListAssignMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListChangeMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListSwapMove;
import ai.timefold.solver.core.impl.heuristic.selector.move.generic.list.ListUnassignMove;

/** Filters moves: no session goes where it could not be held even alone, and none is merely left out. */
public class Fit implements SelectionFilter<Day, Move<Day>> {
    @Override
    public boolean accept(ScoreDirector<Day> director, Move<Day> move) {
        if (move instanceof ListChangeMove<Day> change) {
            return suits(change.getDestinationEntity(), change.getMovedValue());
        }
        if (move instanceof ListSwapMove<Day> swap) {
            return suits(swap.getLeftEntity(), swap.getRightValue())
                    && suits(swap.getRightEntity(), swap.getLeftValue());
        }
        if (move instanceof ListAssignMove<Day> assign) {
            return suits(assign.getDestinationEntity(), assign.getMovedValue());
        }
        if (move instanceof CompositeMove<Day> exchange) { // one leaves the plan, and the other takes its place
            for (Move<Day> part : exchange.getMoves()) {
                if (part instanceof ListAssignMove<Day> assign
                        && !suits(assign.getDestinationEntity(), assign.getMovedValue())) {
                    return false;
                }
            }
            return true;
        }
        return !(move instanceof ListUnassignMove<Day>);
    }

    private static boolean suits(Object segment, Object session) {
        return ((Segment) segment).suits((Session) session);
    }
}
