// SPDX-License-Identifier: Apache-2.0
import { startReceiver } from '../grpc/receiver/start-receiver.ts';
import type { ProcessFigures } from '../harness/meter.ts';
import { CPU, RATE } from '../harness/metrics.ts';
import type { Progress } from '../harness/progress.ts';
import {
  type ContestantSurroundings,
  type PipelineEntrant,
  runContestant,
  type RunSize,
} from '../harness/run-contestant.ts';
import { measureInRounds } from '../harness/rounds.ts';
import type { Bar, CaseResult, Metric, Run, Scenario } from '../harness/scenario.ts';
import { type BridgeCase, SAME_THREAD, type SendingEntrant, TRANSPORT } from './contestants.ts';

const ADDED: Metric = {
  key: 'addedMicrosPerRecord',
  label: 'CPU added to the logging thread per record',
  unit: 'µs',
  better: 'lower',
  digits: 2,
  comparison: 'ratio',
};

const LOST: Metric = { key: 'lost', label: 'lost', unit: '', better: 'lower', digits: 0, comparison: 'side by side' };

/** Of records that arrived. */
const ARRIVED: Metric = { ...RATE, label: 'records/s that arrived' };

const METRICS = [ADDED, ARRIVED, { ...CPU, comparison: 'none' as const }, LOST];

const BARS: readonly Bar[] = [
  ...[...SAME_THREAD, TRANSPORT].flatMap(({ name, bridges }) =>
    bridges.slice(1).map((peer) => ({ case: name, peer: peer.name, metric: ADDED.key, atMost: 1 })),
  ),
  { case: TRANSPORT.name, peer: 'tuned', metric: ARRIVED.key, atLeast: 3 },
];

interface Size extends RunSize {
  /** What a peer that can't be flushed gets after its warm-up; it sends what it has every 5 s. */
  readonly settleMillis: number;
}

interface Sizes extends Size {
  readonly rounds: number;
}

const SIZES = {
  full: { rounds: 5, warmUpRecords: 60_000, records: 200_000, settleMillis: 6000 },
  short: { rounds: 1, warmUpRecords: 500, records: 2000, settleMillis: 0 },
};

/** What a bridge adds to the thread that logs, and how fast a pino transport delivers. */
export const bridgesScenario: Scenario = {
  name: 'bridges',
  profiles: [...SAME_THREAD, TRANSPORT].flatMap(({ name, bridges }) =>
    bridges.map((bridge) => `${name}/${bridge.name}`),
  ),

  async measure(scale, progress) {
    const sizes = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const bridgeCase of SAME_THREAD) cases.push(await measureCase(bridgeCase, sizes, progress, runInThread));
    cases.push(await measureCase(TRANSPORT, sizes, progress, runTransport));
    return {
      name: 'bridges',
      title: 'Bridges of loggers',
      about:
        'A logger whose lines are discarded, alone and with a bridge into the SDK, whose resource has the process and the host and where a processor counts records; and pino with a transport that ' +
        `delivers to a local OTLP/gRPC receiver in a process of its own. ${sizes.records.toLocaleString('en-US')} records a run, as fast as they go.`,
      metrics: METRICS,
      bars: BARS,
      cases,
    };
  },

  async profile(path, caseName, contestantName) {
    const { rounds: _rounds, ...size } = { ...SIZES.full, profilePath: path };
    const found = [...SAME_THREAD, TRANSPORT].find(({ name }) => name === caseName)!;
    const contestant = found.bridges.find(({ name }) => name === contestantName)!;
    await (found === TRANSPORT ? runTransport(contestant, size) : runInThread(contestant, size));
    return { records: size.records };
  },
};

type RunOnce = (entrant: PipelineEntrant, size: Size) => Promise<Run & ProcessFigures>;

/** The logger alone runs first in each round; the others count what they add to that run. */
async function measureCase(
  { name, title, alone, bridges }: BridgeCase,
  { rounds, ...size }: Sizes,
  progress: Progress,
  runOnce: RunOnce,
): Promise<CaseResult> {
  progress.subheading(title);
  let aloneMicros = 0;
  const results = await measureInRounds([alone, ...bridges], rounds, METRICS, progress, async (entrant) => {
    const run = entrant === alone ? await runInThread(entrant, size) : await runOnce(entrant, size);
    if (entrant === alone) aloneMicros = run.loggingThreadMicrosPerRecord;
    return { ...run, [ADDED.key]: run.loggingThreadMicrosPerRecord - aloneMicros };
  });
  return { name, title, contestants: results.slice(1) };
}

async function runInThread(entrant: PipelineEntrant, size: RunSize): Promise<Run & ProcessFigures> {
  return { ...(await runContestant(entrant, size)), lost: 0 };
}

/** @throws Error when a record of ours did not arrive. */
async function runTransport(entrant: SendingEntrant, given: Size): Promise<Run & ProcessFigures> {
  const receiver = await startReceiver();
  const size = { ...given, warmUpRecords: Math.min(given.warmUpRecords, entrant.warmUpRecords ?? Infinity) };
  try {
    const surroundings: ContestantSurroundings = {
      settings: { settleMillis: entrant.name === 'logferry' ? 0 : given.settleMillis },
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${receiver.port}` },
    };
    const figures = await runContestant(entrant, size, surroundings);
    const { records } = await receiver.totals();
    const arrived = Math.max(0, records - size.warmUpRecords);
    if (entrant.name === 'logferry' && arrived !== size.records) {
      throw new Error(`${entrant.label}, ${TRANSPORT.title}: ${arrived} of ${size.records} records arrived`);
    }
    const recordsPerSecond = (figures.recordsPerSecond * arrived) / size.records;
    return { ...figures, recordsPerSecond, lost: size.records - arrived };
  } finally {
    await receiver.stop();
  }
}
