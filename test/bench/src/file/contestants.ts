// SPDX-License-Identifier: Apache-2.0
import type { PipelineEntrant } from '../harness/run-contestant.ts';

/** The names of Logferry's contestants begin with it. */
export const LOGFERRY = 'logferry';

const SDK = 'Logger.emit of the official SDK, BatchingLogRecordProcessor, RotatingFileLogRecordExporter';

const MODULE = new URL('logferry.ts', import.meta.url).href;
const PINO_ROLL_DIRECT = new URL('pino-roll-direct.ts', import.meta.url).href;
const PINO_TRANSPORT = new URL('pino-transport.ts', import.meta.url).href;
const WINSTON_DAILY = new URL('winston-daily.ts', import.meta.url).href;

const WINDOW = { windowRecords: 16_384 };

const OURS: readonly PipelineEntrant[] = [
  {
    name: `${LOGFERRY}-json`,
    label: 'Logferry, flat JSON',
    settings: `${SDK}: one flat JSON object a line`,
    module: MODULE,
    pipeline: { ...WINDOW, format: 'json' },
  },
  {
    name: `${LOGFERRY}-json-gzip`,
    label: 'Logferry, flat JSON, gzip',
    settings: 'the same, each rotated file compressed with gzip; until the last one is',
    module: MODULE,
    pipeline: { ...WINDOW, format: 'json', compression: 'gzip' },
  },
  {
    name: LOGFERRY,
    label: 'Logferry, OTLP JSON',
    settings: `${SDK}: OTLP JSON`,
    module: MODULE,
    pipeline: WINDOW,
  },
  {
    name: `${LOGFERRY}-gzip`,
    label: 'Logferry, OTLP JSON, gzip',
    settings: 'the same, each rotated file compressed with gzip; until the last one is',
    module: MODULE,
    pipeline: { ...WINDOW, compression: 'gzip' },
  },
  {
    name: `${LOGFERRY}-json-worker`,
    label: 'Logferry, flat JSON, in a worker',
    settings:
      'Logger.emit of the official SDK, BatchingLogRecordProcessor, WorkerLogRecordExporter around the file exporter',
    module: MODULE,
    pipeline: { ...WINDOW, format: 'json', thread: 'worker' },
  },
];

const PEERS: readonly PipelineEntrant[] = [
  {
    name: 'pino-roll',
    label: 'pino + pino-roll, direct',
    settings: "pino-roll's stream in the same thread; the producer waits for its `drain`; no compression",
    module: PINO_ROLL_DIRECT,
    pipeline: { wait: 'drain' },
  },
  {
    name: 'pino-roll-unbounded',
    label: 'pino + pino-roll, direct, no wait',
    settings: 'the same, but the producer never waits, as plain use of pino does',
    module: PINO_ROLL_DIRECT,
    pipeline: { wait: 'never' },
  },
  {
    name: 'pino-roll-transport',
    label: 'pino + pino-roll, transport',
    settings:
      'pino-roll as a transport in a worker thread; the producer waits while its 4 MiB buffer is full; no compression',
    module: PINO_TRANSPORT,
    pipeline: { target: 'pino-roll' },
  },
  {
    name: 'pino-file-transport',
    label: 'pino + pino/file, transport',
    settings: "pino's own file transport in a worker thread, which rotates nothing",
    module: PINO_TRANSPORT,
    pipeline: { target: 'pino/file' },
  },
  {
    name: 'winston',
    label: 'winston + daily-rotate-file',
    settings: 'winston with format.timestamp and format.json; the transport passes on no back-pressure',
    module: WINSTON_DAILY,
    pipeline: {},
  },
  {
    name: 'winston-gzip',
    label: 'winston + daily-rotate-file, gzip',
    settings: 'the same with zippedArchive; until the last rotated file is compressed',
    module: WINSTON_DAILY,
    pipeline: { compression: 'gzip' },
  },
  {
    name: 'rotating-file-stream',
    label: 'rotating-file-stream',
    settings: 'lines of JSON.stringify; the producer waits for `drain`',
    module: new URL('rotating-file-stream.ts', import.meta.url).href,
    pipeline: {},
  },
];

/** Everyone, in the order in which a round runs them. */
export const CONTESTANTS: readonly PipelineEntrant[] = [...OURS, ...PEERS];
