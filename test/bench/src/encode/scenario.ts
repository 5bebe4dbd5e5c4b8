// SPDX-License-Identifier: Apache-2.0
import type { Progress } from '../harness/progress.ts';
import type { Entrant } from '../harness/rounds.ts';
import { runProgram } from '../harness/run-program.ts';
import type { CaseResult, Metric, Run, Scenario } from '../harness/scenario.ts';
import { BATCH_RECORDS, type RecordKind } from './batches.ts';
import type { ContestantName } from './contestants.ts';
import type { EncodeFigures, EncodeJob } from './encode-process.ts';

interface EncodeEntrant extends Entrant {
  readonly name: ContestantName;
}

const PROTOBUF: readonly EncodeEntrant[] = [
  { name: 'logferry', label: 'Logferry', settings: 'OtlpProtobufEncoder: append for each record, then take' },
  { name: 'official', label: 'official protobuf serializer', settings: 'ProtobufLogsSerializer.serializeRequest' },
  { name: 'official-json', label: 'official JSON serializer', settings: 'JsonLogsSerializer.serializeRequest' },
  { name: 'protobufjs', label: 'protobufjs', settings: 'message objects from the records, then the generated encode' },
];

const JSON_LINES: readonly EncodeEntrant[] = [
  { name: 'logferry-json', label: 'Logferry', settings: 'OtlpJsonEncoder: append for each record, then take' },
  { name: 'official-json', label: 'official JSON serializer', settings: 'JsonLogsSerializer.serializeRequest' },
];

interface EncodeCase {
  readonly name: string;
  readonly title: string;
  readonly kind: RecordKind;
  readonly entrants: readonly EncodeEntrant[];
}

const CASES: readonly EncodeCase[] = [
  { name: 'protobuf', title: 'to protobuf, records of one shape', kind: 'uniform', entrants: PROTOBUF },
  { name: 'protobuf-mixed', title: 'to protobuf, mixed shapes and scopes', kind: 'mixed', entrants: PROTOBUF },
  { name: 'json', title: 'to JSON, records of one shape', kind: 'uniform', entrants: JSON_LINES },
  { name: 'json-mixed', title: 'to JSON, mixed shapes and scopes', kind: 'mixed', entrants: JSON_LINES },
];

const METRICS: readonly Metric[] = [
  { key: 'microsPerRecord', label: 'time per record', unit: 'µs', better: 'lower', digits: 2, comparison: 'ratio' },
  {
    key: 'bytesPerRecord',
    label: 'bytes per record',
    unit: '',
    better: 'lower',
    digits: 0,
    comparison: 'side by side',
  },
];

const SIZES = {
  full: { rounds: 5, warmUpBatches: 150, batches: 400 },
  short: { rounds: 1, warmUpBatches: 2, batches: 5 },
};

const PROGRAM = new URL('encode-process.ts', import.meta.url);

/** One record from the SDK's object to bytes, without any pipeline around it. */
export const encodeScenario: Scenario = {
  name: 'encode',
  profiles: CASES.flatMap(({ name, entrants }) => entrants.map((entrant) => `${name}/${entrant.name}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const each of CASES) {
      progress.subheading(each.title);
      cases.push(await measureCase(each, rounds, size, progress));
    }
    return {
      name: 'encode',
      title: 'Encode one record',
      about:
        `Batches of ${BATCH_RECORDS} records, made anew by the official SDK for each contestant and encoded once, in turns ` +
        'in one process; the median of the batches.',
      metrics: METRICS,
      bars: [{ case: 'protobuf', peer: 'official', metric: 'microsPerRecord', atMost: 0.25 }],
      cases,
    };
  },

  async profile(path, caseName, contestant) {
    const { kind } = CASES.find(({ name }) => name === caseName)!;
    const { warmUpBatches, batches } = SIZES.full;
    await encode({ kind, contestants: [contestant as ContestantName], warmUpBatches, batches, profilePath: path });
    return { records: batches * BATCH_RECORDS };
  },
};

/** Unlike a pipeline's, the contestants of a round share a process, so that turns are short and machines' moods equal. */
async function measureCase(
  { name, title, kind, entrants }: EncodeCase,
  rounds: number,
  size: Pick<EncodeJob, 'warmUpBatches' | 'batches'>,
  progress: Progress,
): Promise<CaseResult> {
  const runs = new Map(entrants.map((entrant) => [entrant.name, [] as Run[]]));
  for (let round = 1; round <= rounds; round += 1) {
    progress.running(round, rounds, title);
    const figures = await encode({ kind, contestants: entrants.map((entrant) => entrant.name), ...size });
    for (const entrant of entrants) {
      const run = figures.get(entrant.name)!;
      progress.ran(round, rounds, entrant.label, METRICS, run);
      runs.get(entrant.name)!.push(run);
    }
  }
  return { name, title, contestants: entrants.map((entrant) => ({ ...entrant, runs: runs.get(entrant.name)! })) };
}

async function encode(job: EncodeJob): Promise<ReadonlyMap<ContestantName, EncodeFigures>> {
  // The encoders are measured as they are published: built, not from their sources.
  return new Map(await runProgram<[ContestantName, EncodeFigures][]>(PROGRAM, job));
}
