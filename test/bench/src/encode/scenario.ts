// SPDX-License-Identifier: Apache-2.0
import type { Entrant } from '../harness/rounds.ts';
import type { Metric, Scenario } from '../harness/scenario.ts';
import { scenarioOfTurns, type TurnsCase } from '../harness/scenario-of-turns.ts';
import { BATCH_RECORDS, type RecordKind } from './batches.ts';
import type { ContestantName } from './contestants.ts';
import type { EncodeFigures } from './encode-process.ts';

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

const CASES: readonly TurnsCase<RecordKind>[] = [
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

/** One record from the SDK's object to bytes, without any pipeline around it. */
export const encodeScenario: Scenario = scenarioOfTurns<RecordKind, EncodeFigures>({
  name: 'encode',
  title: 'Encode one record',
  about:
    `Batches of ${BATCH_RECORDS} records, made anew by the official SDK for each contestant and encoded once, in turns ` +
    'in one process; the median of the batches.',
  metrics: METRICS,
  bars: [{ case: 'protobuf', peer: 'official', metric: 'microsPerRecord', atMost: 0.25 }],
  cases: CASES,
  sizes: {
    full: { rounds: 5, warmUpTurns: 150, turns: 400 },
    short: { rounds: 1, warmUpTurns: 2, turns: 5 },
  },
  program: new URL('encode-process.ts', import.meta.url),
  itemsPerTurn: BATCH_RECORDS,
  runOf: (name, figures) => figures.get(name)!,
});
