// SPDX-License-Identifier: Apache-2.0
import { CPU, DELAY, MEMORY, RATE } from '../harness/metrics.ts';
import { measureInRounds } from '../harness/rounds.ts';
import type { PipelineEntrant } from '../harness/run-contestant.ts';
import type { Bar, CaseResult, Scenario } from '../harness/scenario.ts';
import { sendToReceiver, type Transport } from './send-to-receiver.ts';

const LOGFERRY: PipelineEntrant = {
  name: 'logferry',
  label: 'Logferry',
  settings: 'BatchingLogRecordProcessor and OtlpGrpcLogRecordExporter at their defaults; 16,384 records outstanding',
  module: new URL('logferry.ts', import.meta.url).href,
  pipeline: { windowRecords: 16_384 },
};

const OFFICIAL = new URL('official.ts', import.meta.url).href;

const CONTESTANTS: readonly PipelineEntrant[] = [
  LOGFERRY,
  {
    name: 'official',
    label: 'official, defaults',
    settings: 'batches of 512, queue of 2,048 records (its defaults), filled as far as it drops nothing',
    module: OFFICIAL,
    pipeline: { maxQueueSize: 2048, maxExportBatchSize: 512 },
  },
  {
    name: 'official-tuned',
    label: 'official, tuned',
    settings: 'batches of 4,096, queue of 16,384 records, filled as far as it drops nothing',
    module: OFFICIAL,
    pipeline: { maxQueueSize: 16_384, maxExportBatchSize: 4096 },
  },
];

const TRANSPORTS: readonly Transport[] = [
  { name: 'plaintext', title: 'OTLP/gRPC, plaintext', tls: false, compression: 'none' },
  { name: 'plaintext-gzip', title: 'OTLP/gRPC, plaintext, gzip', tls: false, compression: 'gzip' },
  { name: 'tls', title: 'OTLP/gRPC, TLS', tls: true, compression: 'none' },
  { name: 'tls-gzip', title: 'OTLP/gRPC, TLS, gzip', tls: true, compression: 'gzip' },
];

const METRICS = [CPU, RATE, DELAY, MEMORY];

const BARS: readonly Bar[] = [
  { case: 'plaintext', peer: 'official', metric: CPU.key, atMost: 0.45 },
  { case: 'plaintext', peer: 'official', metric: RATE.key, atLeast: 2 },
  { case: 'plaintext', peer: 'official', metric: MEMORY.key, atMost: 1 },
];

const SIZES = {
  full: { rounds: 5, warmUpRecords: 60_000, records: 400_000 },
  short: { rounds: 1, warmUpRecords: 2_000, records: 10_000 },
};

/** End to end: `Logger.emit` to a receiver in a process of its own. */
export const grpcScenario: Scenario = {
  name: 'grpc',
  profiles: TRANSPORTS.flatMap((transport) => CONTESTANTS.map((contestant) => `${transport.name}/${contestant.name}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const transport of TRANSPORTS) {
      progress.subheading(transport.title);
      const contestants = await measureInRounds(CONTESTANTS, rounds, METRICS, progress, (contestant) =>
        sendToReceiver(contestant, transport, size),
      );
      cases.push({ name: transport.name, title: transport.title, contestants });
    }
    return {
      name: 'grpc',
      title: 'Emit to an OTLP/gRPC receiver',
      about:
        `Logger.emit of the official SDK to a local receiver in a process of its own, ${size.records.toLocaleString('en-US')} ` +
        'records a run, each delivered exactly once.',
      metrics: METRICS,
      bars: BARS,
      cases,
    };
  },

  async profile(path, caseName, contestantName) {
    const transport = TRANSPORTS.find((candidate) => candidate.name === caseName)!;
    const contestant = CONTESTANTS.find((candidate) => candidate.name === contestantName)!;
    const { warmUpRecords, records } = SIZES.full;
    await sendToReceiver(contestant, transport, { warmUpRecords, records, profilePath: path });
    return { records };
  },
};
