// SPDX-License-Identifier: Apache-2.0
import { sendToReceiver, type Transport } from '../grpc/send-to-receiver.ts';
import { CPU, DELAY, LOGGING_THREAD, MEMORY, RATE } from '../harness/metrics.ts';
import { measureInRounds } from '../harness/rounds.ts';
import type { PipelineEntrant } from '../harness/run-contestant.ts';
import type { CaseResult, Scenario } from '../harness/scenario.ts';

const MODULE = new URL('logferry.ts', import.meta.url).href;

const CONTESTANTS: readonly PipelineEntrant[] = [
  {
    name: 'worker',
    label: 'in a worker',
    settings: 'WorkerLogRecordExporter around OtlpGrpcLogRecordExporter, both at their defaults',
    module: MODULE,
    pipeline: { thread: 'worker', windowRecords: 16_384 },
  },
  {
    name: 'same-thread',
    label: 'the exporter in the logging thread',
    settings: 'OtlpGrpcLogRecordExporter at its defaults',
    module: MODULE,
    pipeline: { thread: 'same', windowRecords: 16_384 },
  },
];

interface Load extends Transport {
  /** Absent: as fast as it goes. */
  readonly recordsPerSecond?: number;
}

const LOADS: readonly Load[] = [
  { name: 'tls-gzip', title: 'TLS, gzip', tls: true, compression: 'gzip' },
  {
    name: 'tls-gzip-paced',
    title: 'TLS, gzip, 20,000 records/s',
    tls: true,
    compression: 'gzip',
    recordsPerSecond: 20_000,
  },
  { name: 'tls', title: 'TLS', tls: true, compression: 'none' },
  { name: 'plaintext', title: 'plaintext', tls: false, compression: 'none' },
];

const METRICS = [LOGGING_THREAD, CPU, DELAY, RATE, MEMORY];

const SIZES = {
  full: { rounds: 5, warmUpRecords: 60_000, records: 400_000, pacedRecords: 100_000 },
  short: { rounds: 1, warmUpRecords: 2_000, records: 10_000, pacedRecords: 10_000 },
};

/** What leaves the thread that logs when the exporter moves to a worker, and what that costs. */
export const workerScenario: Scenario = {
  name: 'worker',
  profiles: LOADS.flatMap((load) => CONTESTANTS.map((contestant) => `${load.name}/${contestant.name}`)),

  async measure(scale, progress) {
    const { rounds, warmUpRecords, records, pacedRecords } = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const load of LOADS) {
      progress.subheading(load.title);
      const size = { warmUpRecords, records: load.recordsPerSecond === undefined ? records : pacedRecords };
      const contestants = await measureInRounds(CONTESTANTS, rounds, METRICS, progress, (contestant) =>
        sendToReceiver(withLoad(contestant, load), load, size),
      );
      cases.push({ name: load.name, title: load.title, contestants });
    }
    return {
      name: 'worker',
      title: 'An exporter in a worker thread',
      about:
        'Logger.emit of the official SDK to a local OTLP/gRPC receiver in a process of its own, with the exporter in a worker ' +
        `and in the thread that logs; ${records.toLocaleString('en-US')} records a run, each delivered exactly once.`,
      metrics: METRICS,
      bars: [],
      cases,
    };
  },

  async profile(path, caseName, contestantName) {
    const load = LOADS.find((candidate) => candidate.name === caseName)!;
    const contestant = CONTESTANTS.find((candidate) => candidate.name === contestantName)!;
    const { warmUpRecords, records } = SIZES.full;
    await sendToReceiver(withLoad(contestant, load), load, { warmUpRecords, records, profilePath: path });
    return { records };
  },
};

function withLoad(contestant: PipelineEntrant, { recordsPerSecond }: Load): PipelineEntrant {
  if (recordsPerSecond === undefined) return contestant;
  return { ...contestant, pipeline: { ...contestant.pipeline, recordsPerSecond } };
}
