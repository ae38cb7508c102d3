package peers;

import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Solves one instance: arguments are the instance, the answer, the deadline, threads, seed, configuration. */
public final class Main {
    /** Kept for writing the answer, in seconds. */
    private static final double MARGIN = 0.15;

    private Main() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        Path answer = Path.of(arguments[1]);
        double deadline = Double.parseDouble(arguments[2]);
        int threads = Integer.parseInt(arguments[3]);
        long seed = Long.parseLong(arguments[4]);
        String configuration = arguments[5];
        List<Future<Day>> plans = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true); // a failed search ends the program
            return thread;
        });
        double built = 0;
        for (int number = 0; number < threads; number++) {
            Day day = new Reader(Path.of(arguments[0])).read();
            Seed.plant(day);
            built = now();
            SolverConfig config = SolverConfig.createFromXmlFile(Path.of(configuration).toFile())
                    .withRandomSeed(seed + number)
                    .withTerminationConfig(new TerminationConfig()
                            .withSpentLimit(Duration.ofMillis((long) (1000 * Math.max(0.05, deadline - MARGIN - now())))));
            Solver<Day> solver = SolverFactory.<Day>create(config).buildSolver();
            plans.add(pool.submit(() -> solver.solve(day)));
        }
        Day best = null;
        for (Future<Day> plan : plans) {
            Day day = plan.get();
            if (best == null || day.score.compareTo(best.score) > 0) {
                best = day;
            }
        }
        write(best, answer, built);
    }

    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    private static void write(Day day, Path answer, double built) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(built).append('\n').append(day.score).append('\n');
        for (Segment segment : day.segments) {
            for (Session session : segment.sessions) {
                text.append(session.number).append(' ').append(session.start).append(' ').append(segment.agent)
                        .append('\n');
            }
        }
        Files.writeString(answer, text);
    }
}
