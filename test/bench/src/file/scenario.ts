// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CPU, DELAY, MEMORY, RATE } from '../harness/metrics.ts';
import { measureInRounds } from '../harness/rounds.ts';
import { type PipelineEntrant, runContestant, type RunSize } from '../harness/run-contestant.ts';
import type { Bar, Metric, Run, Scenario } from '../harness/scenario.ts';
import { inspectFiles } from './inspect-files.ts';
import { FILE_MIB, phaseDirectory } from './rotation.ts';

const LOGFERRY = 'logferry';

const OTLP_JSON: PipelineEntrant = {
  name: LOGFERRY,
  label: 'Logferry',
  settings: 'Logger.emit of the official SDK, BatchingLogRecordProcessor, RotatingFileLogRecordExporter: OTLP JSON',
  module: new URL('logferry.ts', import.meta.url).href,
  pipeline: { windowRecords: 16_384 },
};

const FLAT_JSON: PipelineEntrant = {
  ...OTLP_JSON,
  name: `${LOGFERRY}-json`,
  label: 'Logferry, flat JSON',
  settings: 'the same with one flat JSON object a line',
  pipeline: { windowRecords: 16_384, format: 'json' },
};

const FLAT_JSON_GZIP: PipelineEntrant = {
  ...FLAT_JSON,
  name: `${LOGFERRY}-json-gzip`,
  label: 'Logferry, flat JSON, gzip',
  settings: 'the same, each rotated file compressed with gzip; until the last one is',
  pipeline: { windowRecords: 16_384, format: 'json', compression: 'gzip' },
};

const PEERS: readonly PipelineEntrant[] = [
  {
    name: 'pino-roll',
    label: 'pino + pino-roll, direct',
    settings: "pino-roll's stream in the same thread; the producer waits for its `drain`",
    module: new URL('pino-roll-direct.ts', import.meta.url).href,
    pipeline: { wait: 'drain' },
  },
  {
    name: 'pino-roll-unbounded',
    label: 'pino + pino-roll, direct, no wait',
    settings: 'the same, but the producer never waits, as plain use of pino does',
    module: new URL('pino-roll-direct.ts', import.meta.url).href,
    pipeline: { wait: 'never' },
  },
  {
    name: 'pino-roll-transport',
    label: 'pino + pino-roll, transport',
    settings: 'pino-roll as a transport in a worker thread; the producer waits while its 4 MiB buffer is full',
    module: new URL('pino-roll-transport.ts', import.meta.url).href,
    pipeline: {},
  },
  {
    name: 'winston',
    label: 'winston + daily-rotate-file',
    settings: 'winston with format.timestamp and format.json; the transport passes on no back-pressure',
    module: new URL('winston-daily.ts', import.meta.url).href,
    pipeline: {},
  },
  {
    name: 'rotating-file-stream',
    label: 'rotating-file-stream',
    settings: 'lines of JSON.stringify; the producer waits for `drain`',
    module: new URL('rotating-file-stream.ts', import.meta.url).href,
    pipeline: {},
  },
];

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

const METRICS = [RATE, CPU, DELAY, MEMORY, LINE, FILES, LARGEST, LOST];

/** The first of each stands at the left of every comparison. */
const CASES: readonly {
  readonly name: string;
  readonly title: string;
  readonly contestants: readonly PipelineEntrant[];
}[] = [
  {
    name: 'rotated',
    title: `Log call to files rotated every ${FILE_MIB} MiB`,
    contestants: [OTLP_JSON, ...PEERS],
  },
  {
    name: 'flat',
    title: `Log call to flat JSON in files rotated every ${FILE_MIB} MiB`,
    contestants: [FLAT_JSON, FLAT_JSON_GZIP, ...PEERS],
  },
];

const BARS: readonly Bar[] = ['pino-roll', 'pino-roll-transport', 'winston'].flatMap((peer) => [
  { case: 'rotated', peer, metric: RATE.key, atLeast: 1.1 },
  { case: 'rotated', peer, metric: DELAY.key, atMost: 1 },
  { case: 'flat', peer, metric: RATE.key, atLeast: 1.5 },
  { case: 'flat', peer, metric: DELAY.key, atMost: 1 },
]);

const SIZES = {
  full: { rounds: 5, warmUpRecords: 60_000, records: 400_000 },
  short: { rounds: 1, warmUpRecords: 2_000, records: 40_000 },
};

/** From the log call to lines in rotated files. */
export const fileScenario: Scenario = {
  name: 'file',
  profiles: CASES.flatMap(({ name, contestants }) => contestants.map((contestant) => `${name}/${contestant.name}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    const cases = [];
    for (const { name, title, contestants: entrants } of CASES) {
      progress.subheading(title);
      const contestants = await measureInRounds(entrants, rounds, METRICS, progress, (contestant) =>
        runOnce(contestant, size),
      );
      cases.push({ name, title, contestants });
    }
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

  async profile(path, caseName, contestantName) {
    const { contestants } = CASES.find((candidate) => candidate.name === caseName)!;
    const contestant = contestants.find((candidate) => candidate.name === contestantName)!;
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
