// SPDX-License-Identifier: Apache-2.0
import type { BridgeAdapter, LevelName, LogCall, TimeForm } from './bridge-adapter.ts';
import { ERROR_RECORDS } from './suite-errors.ts';
import { VALUE_RECORDS } from './suite-values.ts';

/** What must be the same from every bridge. */
export interface ExpectedRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceFlags?: number;
  /** `[seconds, nanoseconds]`; undefined where it is the time of the call. */
  readonly time?: readonly [number, number];
}

/** One record of the suite. */
export interface SuiteRecord {
  readonly about: string;
  readonly call: LogCall;
  /** Whether it is logged inside `SPAN`. */
  readonly isInSpan?: boolean;
  /** Whether a bridge can be asked for it. Default: any. */
  readonly isFor?: (adapter: BridgeAdapter) => boolean;
  readonly expected: (adapter: BridgeAdapter) => ExpectedRecord;
}

export const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

const MESSAGE = 'order accepted';
const INFO = { severityNumber: 9, severityText: 'info', body: MESSAGE };

function info(fields: Readonly<Record<string, unknown>>, time?: unknown): LogCall {
  return { level: 'info', message: MESSAGE, fields, ...(time === undefined ? {} : { time }) };
}

const SEVERITIES: readonly (readonly [LevelName, number])[] = [
  ['trace', 1],
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
];

const LEVEL_RECORDS = SEVERITIES.map(([level, severityNumber]): SuiteRecord => ({
  about: `the level ${level}`,
  call: { level, message: MESSAGE, fields: { order: 42 } },
  isFor: ({ levels }) => levels.includes(level),
  expected: () => ({ severityNumber, severityText: level, body: MESSAGE, attributes: { order: 42 } }),
}));

const SECONDS = 1_767_323_045;
const TIMES: readonly (readonly [TimeForm, unknown, readonly [number, number]])[] = [
  ['Date', new Date(SECONDS * 1000 + 6), [SECONDS, 6_000_000]],
  ['seconds', SECONDS, [SECONDS, 0]],
  ['milliseconds', SECONDS * 1000 + 6, [SECONDS, 6_000_000]],
  ['nanoseconds', `${SECONDS}006007008`, [SECONDS, 6_007_008]],
  ['ISO 8601', '2026-01-02T04:04:05.006+01:00', [SECONDS, 6_000_000]],
  ['ISO 8601 with nanoseconds', '2026-01-02T03:04:05.006007008Z', [SECONDS, 6_007_008]],
];

const TIME_RECORDS: readonly SuiteRecord[] = [
  ...TIMES.map(([form, value, time]): SuiteRecord => ({
    about: `a time as ${form}`,
    call: info({}, value),
    isFor: ({ timeForms }) => timeForms.includes(form),
    expected: () => ({ ...INFO, attributes: {}, time }),
  })),
  {
    about: 'a time that nobody can read',
    call: info({}, 'a while ago'),
    isFor: ({ timeKey }) => timeKey !== undefined,
    expected: ({ timeKey = '' }) => ({ ...INFO, attributes: { [timeKey]: 'a while ago' } }),
  },
];

const TRACE_FIELDS = { trace_id: SPAN.traceId, span_id: SPAN.spanId, trace_flags: '01' };
const OTHER_SPAN_FIELDS = { ...TRACE_FIELDS, span_id: 'ffffffffffffffff' };

const TRACE_RECORDS: readonly SuiteRecord[] = [
  {
    about: 'the active span',
    call: info({}),
    isInSpan: true,
    expected: () => ({ ...INFO, attributes: {}, ...SPAN }),
  },
  {
    about: 'fields that name the trace, outside of a span',
    call: info(TRACE_FIELDS),
    isFor: ({ readsTraceFields }) => readsTraceFields,
    expected: () => ({ ...INFO, attributes: {}, ...SPAN }),
  },
  {
    about: 'fields that repeat the active span',
    call: info(TRACE_FIELDS),
    isInSpan: true,
    isFor: ({ readsTraceFields }) => readsTraceFields,
    expected: () => ({ ...INFO, attributes: {}, ...SPAN }),
  },
  {
    about: 'fields that name another span than the active one',
    call: info(OTHER_SPAN_FIELDS),
    isInSpan: true,
    expected: () => ({ ...INFO, attributes: OTHER_SPAN_FIELDS, ...SPAN }),
  },
];

const FIELD_RECORDS: readonly SuiteRecord[] = VALUE_RECORDS.map(({ about, fields, attributes }) => ({
  about,
  call: info(fields),
  expected: () => ({ ...INFO, attributes }),
}));

const EXCEPTION_RECORDS: readonly SuiteRecord[] = ERROR_RECORDS.map(({ about, error, fields, attributes }) => ({
  about,
  call: { level: 'error', message: 'payment failed', fields, error },
  expected: () => ({ severityNumber: 17, severityText: 'error', body: 'payment failed', attributes }),
}));

export const SUITE_RECORDS: readonly SuiteRecord[] = [
  ...LEVEL_RECORDS,
  ...TIME_RECORDS,
  ...FIELD_RECORDS,
  ...EXCEPTION_RECORDS,
  ...TRACE_RECORDS,
];

/** What is expected of a record from one bridge. */
export function expectedOf(record: SuiteRecord, adapter: BridgeAdapter): ExpectedRecord {
  const expected = record.expected(adapter);
  if (adapter.writesLevelsInCapitals !== true) return expected;
  return { ...expected, severityText: expected.severityText.toUpperCase() };
}

/** The records that a bridge can be asked for. */
export function recordsFor(adapter: BridgeAdapter): readonly SuiteRecord[] {
  return SUITE_RECORDS.filter(({ isFor }) => isFor?.(adapter) ?? true);
}
