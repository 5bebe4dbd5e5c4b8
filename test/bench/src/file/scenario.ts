// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CPU, DELAY, LOGGING_THREAD, MEMORY, RATE } from '../harness/metrics.ts';
import { measureInRounds } from '../harness/rounds.ts';
import { type PipelineEntrant, runContestant, type RunSize } from '../harness/run-contestant.ts';
import type { Bar, Metric, Run, Scenario } from '../harness/scenario.ts';
import { CONTESTANTS, LOGFERRY } from './contestants.ts';
import { inspectFiles } from './inspect-files.ts';
import { FILE_MIB, phaseDirectory } from './rotation.ts';

const LOST: Metric = { key: 'lost', label: 'lost', unit: '', better: 'lower', digits: 0, comparison: 'side by side' };
const FILES: Metric = { key: 'files', label: 'files', unit: '', better: 'lower', digits: 0, comparison: 'none' };
const LARGEST: Metric = {
  key: 'largestFileMib',
  label: 'largest file',
  unit: 'MiB',
  better: 'lower',
  digits: 2,
  comparison: 'side by side',
};
const LINE: Metric = {
  key: 'bytesPerRecord',
  label: 'bytes per record',
  unit: '',
  better: 'lower',
  digits: 0,
  comparison: 'side by side',
};

const METRICS = [RATE, CPU, LOGGING_THREAD, DELAY, MEMORY, LINE, FILES, LARGEST, LOST];

interface FileCase {
  readonly name: string;
  readonly title: string;
  /** Names; the first stands at the left of every comparison. */
  readonly contestants: readonly string[];
}

// pino-roll can't compress: what it does without stands beside ours with gzip.
const PLAIN_PEERS = ['pino-roll', 'pino-roll-unbounded', 'pino-roll-transport', 'winston', 'rotating-file-stream'];
const GZIP_PEERS = ['pino-roll', 'pino-roll-transport', 'winston-gzip'];

const CASES: readonly FileCase[] = [
  { name: 'flat', title: 'flat JSON', contestants: [`${LOGFERRY}-json`, ...PLAIN_PEERS] },
  { name: 'flat-gzip', title: 'flat JSON, gzip', contestants: [`${LOGFERRY}-json-gzip`, ...GZIP_PEERS] },
  { name: 'otlp', title: 'OTLP JSON', contestants: [LOGFERRY, ...PLAIN_PEERS] },
  { name: 'otlp-gzip', title: 'OTLP JSON, gzip', contestants: [`${LOGFERRY}-gzip`, ...GZIP_PEERS] },
  {
    name: 'worker',
    title: 'flat JSON, in a worker',
    contestants: [`${LOGFERRY}-json-worker`, 'pino-roll-transport', 'pino-file-transport', `${LOGFERRY}-json`],
  },
];

const BARS: readonly Bar[] = [
  ...barsOf('flat', ['pino-roll', 'pino-roll-transport', 'winston'], 1.5),
  ...barsOf('flat-gzip', ['pino-roll', 'pino-roll-transport', 'winston-gzip'], 1.5),
  ...barsOf('otlp', ['pino-roll', 'pino-roll-transport', 'winston'], 1.1),
  ...barsOf('otlp-gzip', ['pino-roll', 'pino-roll-transport', 'winston-gzip'], 1.1),
  ...['pino-roll-transport', 'pino-file-transport'].map((peer) => ({
    case: 'worker',
    peer,
    metric: LOGGING_THREAD.key,
    atMost: 0.5,
  })),
];

function barsOf(caseName: string, peers: readonly string[], leastRate: number): Bar[] {
  return peers.flatMap((peer) => [
    { case: caseName, peer, metric: RATE.key, atLeast: leastRate },
    { case: caseName, peer, metric: DELAY.key, atMost: 1 },
  ]);
}

const SIZES = {
  full: { rounds: 5, warmUpRecords: 60_000, records: 400_000 },
  short: { rounds: 1, warmUpRecords: 2_000, records: 40_000 },
};

/** From the log call to lines in rotated files. */
export const fileScenario: Scenario = {
  name: 'file',
  profiles: CASES.flatMap(({ name, contestants }) => contestants.map((contestant) => `${name}/${contestant}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    // Each runs once in a round; several cases compare the same runs.
    const results = await measureInRounds(CONTESTANTS, rounds, METRICS, progress, (contestant) =>
      runOnce(contestant, size),
    );
    const cases = CASES.map(({ name, title, contestants }) => ({
      name,
      title,
      contestants: contestants.map((wanted) => results.find((result) => result.name === wanted)!),
    }));
    return {
      name: 'file',
      title: `Log call to files rotated every ${FILE_MIB} MiB`,
      about:
        `${size.records.toLocaleString('en-US')} records a run, until every byte is in its file and the file is closed. A record ` +
        'counts as lost when no line of any file holds it, whole, afterwards.',
      metrics: METRICS,
      bars: BARS,
      cases,
    };
  },

  async profile(path, _, contestantName) {
    const contestant = CONTESTANTS.find((candidate) => candidate.name === contestantName)!;
    const { warmUpRecords, records } = SIZES.full;
    await runOnce(contestant, { warmUpRecords, records, profilePath: path });
    return { records };
  },
};

async function runOnce(contestant: PipelineEntrant, size: RunSize): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-bench-'));
  const settings = { directory };
  try {
    const figures = await runContestant(contestant, size, { settings });
    const found = inspectFiles(phaseDirectory(settings, 'measured'), size.records);
    // A peer's losses are a figure of the table; ours are a failure.
    if (contestant.name.startsWith(LOGFERRY) && (found.lost > 0 || found.doubled > 0 || found.broken > 0)) {
      throw new Error(
        `${contestant.label}: ${found.lost} lost, ${found.doubled} doubled, ${found.broken} broken lines`,
      );
    }
    return {
      ...figures,
      lost: found.lost,
      files: found.files,
      largestFileMib: found.largestFileBytes / 2 ** 20,
      bytesPerRecord: found.bytes / (size.records - found.lost),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
