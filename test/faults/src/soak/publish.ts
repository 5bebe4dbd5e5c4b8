// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

import { mib, thousands } from './format.ts';
import type { Moment, Observation } from './observation.ts';
import { type Panel, timeChart } from './time-chart.ts';
import type { Verdict } from './verdicts.ts';

const FOLDER = fileURLToPath(new URL('../../../../docs/soak', import.meta.url));

/** Writes the picture and the page of a soak. Returns their paths from the repository's root. */
export function publish(seen: Observation, verdicts: readonly Verdict[]): string[] {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/soak.svg`, soakChart(seen));
  writeFileSync(`${FOLDER}/README.md`, soakPage(seen, verdicts));
  return ['docs/soak/README.md', 'docs/soak/soak.svg'];
}

export function soakChart({ options, moments, outages }: Observation): string {
  const minutes = Math.round(options.durationMillis / 6000) / 10;
  return timeChart({
    title: `${minutes} minutes at ${thousands(options.recordsPerSecond)} records/s, the Collector killed ${outages.length} times`,
    endSeconds: Math.max(options.durationMillis, ...moments.map(({ millis }) => millis)) / 1000,
    bandLabel: 'the Collector is down',
    bands: outages.map((outage) => ({
      fromSeconds: outage.killedMillis / 1000,
      toSeconds: outage.backMillis / 1000,
    })),
    panels: [
      panel(moments, 'records in the queue', thousands, ({ queued }) => queued),
      {
        title: 'records that arrive, per second',
        format: thousands,
        points: moments.slice(1).map((moment, index) => {
          const before = moments[index] ?? moment;
          const seconds = (moment.millis - before.millis) / 1000;
          return { seconds: moment.millis / 1000, value: (moment.arrived - before.arrived) / seconds };
        }),
      },
      panel(moments, "the application's memory (RSS)", mib, ({ rssBytes }) => rssBytes),
    ],
  });
}

function panel(
  moments: readonly Moment[],
  title: string,
  format: (value: number) => string,
  valueOf: (moment: Moment) => number,
): Panel {
  const points = moments.map((moment) => ({ seconds: moment.millis / 1000, value: valueOf(moment) }));
  return { title, format, points };
}

function soakPage(seen: Observation, verdicts: readonly Verdict[]): string {
  const { options, outages, duplicates, moments } = seen;
  const downMillis = outages.map(({ killedMillis, backMillis }) => backMillis - killedMillis);
  const stalls = moments.map(({ longestStallMillis }) => longestStallMillis).toSorted((a, b) => a - b);
  const stallAt = (part: number): string => (stalls[Math.ceil(part * (stalls.length - 1))] ?? 0).toFixed(0);
  return `# The soak

\`pnpm soak\` emits ${thousands(options.recordsPerSecond)} records a second through the SDK, \`BatchingLogRecordProcessor\` and \`OtlpGrpcLogRecordExporter\` to a real
OpenTelemetry Collector, which is killed (SIGKILL) and restarted at random: up for 5 to 30 s, gone for 1 to 5 s. The
Collector forwards to a counting receiver without a queue of its own, so what it acknowledges has arrived. Every record
has a number; the receiver keeps, for each, how often it came and in which life of the Collector first.

![queue, arrivals and memory over time](soak.svg)

${verdicts.map(({ kept, text }) => `- ${kept ? '✓' : '✗'} ${text}`).join('\n')}

The longest time that the application's event loop was held, in each half second: ${stallAt(0.5)} ms in the median, ${stallAt(1)} ms at most. The
forced garbage collections of the measurement, and other work on the machine, are in it.

| kill | at | gone for | in flight | duplicates |
|---|---|---|---|---|
${outages
  .map(({ killedMillis, inFlight }, index) => {
    const cells = [
      index + 1,
      `${(killedMillis / 1000).toFixed(1)} s`,
      `${((downMillis[index] ?? 0) / 1000).toFixed(1)} s`,
      thousands(inFlight),
      thousands(duplicates[index] ?? 0),
    ];
    return `| ${cells.join(' | ')} |`;
  })
  .join('\n')}

Seed ${options.seed}; ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}.
`;
}
