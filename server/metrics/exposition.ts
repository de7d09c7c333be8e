/** Metrics as Prometheus reads them: text format 0.0.4. */
export interface Metric {
  /** Without the prefix `settee_`; counters end in `_total`, units stand last. */
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function counter(name: string, help: string, samples: number | readonly Sample[]): Metric {
  return { name, type: "counter", help, samples: samplesOf(samples) };
}

export function gauge(name: string, help: string, samples: number | readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples: samplesOf(samples) };
}

/** One of several states: 1 for the one that is, 0 for the others. */
export function stateGauge<State extends string>(
  name: string,
  help: string,
  states: readonly State[],
  present: State,
): Metric {
  return gauge(
    name,
    help,
    states.map((state) => ({ labels: { state }, value: state === present ? 1 : 0 })),
  );
}

export function exposition(metrics: readonly Metric[]): string {
  return metrics.map(metricText).join("");
}

function samplesOf(samples: number | readonly Sample[]): readonly Sample[] {
  return typeof samples === "number" ? [{ value: samples }] : samples;
}

function metricText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(
    ({ labels = {}, value }) => `settee_${name}${labelsText(labels)} ${numberText(value)}\n`,
  );
  return `# HELP settee_${name} ${escape(help)}\n# TYPE settee_${name} ${type}\n${lines.join("")}`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([label, value]) => `${label}="${escape(value).replaceAll('"', String.raw`\"`)}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", String.raw`\n`);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
