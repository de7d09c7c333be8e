import test from "ava";
import { counter, exposition, gauge, stateGauge } from "../../../server/metrics/exposition.ts";

test("metrics are written as Prometheus reads them", (t) => {
  const text = exposition([
    counter("posts_total", "Posts.", 7),
    gauge("store_state", "A \\ and\na new line.", [
      { labels: { state: 'a "b" \\ c\nd', x: "y" }, value: 0.5 },
    ]),
    gauge("nothing", "None.", []),
    gauge("odd", "Odd.", [{ value: Number.NaN }, { value: Infinity }, { value: -Infinity }]),
  ]);
  t.is(
    text,
    String.raw`# HELP settee_posts_total Posts.
# TYPE settee_posts_total counter
settee_posts_total 7
# HELP settee_store_state A \\ and\na new line.
# TYPE settee_store_state gauge
settee_store_state{state="a \"b\" \\ c\nd",x="y"} 0.5
# HELP settee_nothing None.
# TYPE settee_nothing gauge
# HELP settee_odd Odd.
# TYPE settee_odd gauge
settee_odd NaN
settee_odd +Inf
settee_odd -Inf
`,
  );
});

test("of several states exactly one is 1", (t) => {
  const { samples } = stateGauge("feed", "The feed.", ["live", "away"], "away");
  t.deepEqual(samples, [
    { labels: { state: "live" }, value: 0 },
    { labels: { state: "away" }, value: 1 },
  ]);
});
