// SPDX-License-Identifier: Apache-2.0
import { createCertificateAuthority } from '@logferry-test/support';

import { CPU, DELAY, MEMORY, RATE } from '../harness/metrics.ts';
import { measureInRounds } from '../harness/rounds.ts';
import { type PipelineEntrant, runContestant, type RunSize } from '../harness/run-contestant.ts';
import type { Bar, CaseResult, Run, Scenario } from '../harness/scenario.ts';
import { startReceiver } from './receiver/start-receiver.ts';

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

interface Transport {
  readonly name: string;
  readonly title: string;
  readonly tls: boolean;
  readonly compression: 'none' | 'gzip';
}

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
        runOnce(contestant, transport, size),
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
    await runOnce(contestant, transport, { warmUpRecords, records, profilePath: path });
    return { records };
  },
};

async function runOnce(contestant: PipelineEntrant, transport: Transport, size: RunSize): Promise<Run> {
  const authority = transport.tls ? await createCertificateAuthority() : undefined;
  const receiver = await startReceiver(await authority?.server());
  try {
    const figures = await runContestant(contestant, size, {
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${transport.tls ? 'https' : 'http'}://localhost:${receiver.port}`,
        OTEL_EXPORTER_OTLP_COMPRESSION: transport.compression,
        ...(authority === undefined ? {} : { OTEL_EXPORTER_OTLP_CERTIFICATE: authority.certFile }),
      },
    });
    const totals = await receiver.totals();
    const expected = size.warmUpRecords + size.records;
    if (totals.records !== expected) {
      throw new Error(`${contestant.label}, ${transport.title}: ${totals.records} of ${expected} records arrived`);
    }
    return figures;
  } finally {
    await receiver.stop();
    authority?.dispose();
  }
}
