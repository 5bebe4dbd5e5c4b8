// SPDX-License-Identifier: Apache-2.0
import type { QueueOptions } from '../options.ts';
import { type GroupSetting, value, valueOf } from '../settings/setting.ts';
import type { Key, KeysOf, Report, SectionShape } from './shape.ts';
import { choice, flag, integer, key, number } from './simple-shapes.ts';

/** The keys that the standard's `batch` has, under its names. */
const STANDARD_KEYS: KeysOf<
  Pick<QueueOptions, 'scheduledDelayMillis' | 'exportTimeoutMillis' | 'maxQueueSize' | 'maxExportBatchSize'>
> = {
  scheduledDelayMillis: key(integer(0), 'Age at which a batch is sealed, in milliseconds.', {
    name: 'schedule_delay',
    default: 1000,
  }),
  exportTimeoutMillis: key(integer(0), 'Milliseconds after which an export is cancelled; 0 is no limit.', {
    name: 'export_timeout',
    default: 30_000,
  }),
  maxQueueSize: key(integer(1), 'Records held at most: in the open batch, sealed, and in flight.', {
    default: 131_072,
  }),
  maxExportBatchSize: key(integer(1), 'Records at which a batch is sealed; at most max_queue_size.', { default: 8192 }),
};

/** All keys of the queue. */
export const QUEUE_KEYS: KeysOf<QueueOptions> = {
  ...STANDARD_KEYS,
  maxQueueBytes: key(integer(1), 'Bytes held at most, counted like the records.', { default: 67_108_864 }),
  maxExportBatchBytes: key(integer(1), 'Bytes at which a batch is sealed; at most max_queue_bytes.', {
    default: 1_048_576,
  }),
  overflowPolicy: key(
    choice('drop-newest', 'drop-oldest'),
    'What a full queue drops: the record that comes, or the oldest batches that wait.',
    { default: 'drop-newest' },
  ),
  severityReserve: key(
    number(0, 0.9),
    'The part of the queue that only records of reserved_severity and above may fill.',
    { default: 0.1 },
  ),
  reservedSeverity: key(
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    'The lowest severity that may use the reserve.',
    { default: 'warn' },
  ),
  shutdownTimeoutMillis: key(integer(1), 'Milliseconds that a shutdown of the queue takes at most, all in all.', {
    default: 30_000,
  }),
  dropNotices: key(
    flag,
    'Whether the destination itself is told of drops, in a log record, once it takes batches again.',
    {
      default: false,
    },
  ),
};

/** Bounds of two values against each other. A default gives way to the value that is set. */
function checkSizes(options: GroupSetting, report: Report): GroupSetting {
  for (const [batch, queue, batchName, queueName] of [
    ['maxExportBatchSize', 'maxQueueSize', 'max_export_batch_size', 'max_queue_size'],
    ['maxExportBatchBytes', 'maxQueueBytes', 'max_export_batch_bytes', 'max_queue_bytes'],
  ] as const) {
    const size = valueOf(options, batch);
    const most = valueOf(options, queue) ?? QUEUE_KEYS[queue].default;
    const setting = options.entries.get(batch);
    if (typeof size === 'number' && typeof most === 'number' && size > most && setting !== undefined) {
      const origin = options.entries.get(queue)?.origin;
      const isOfVariable = origin?.kind === 'file' && origin.variables.length > 0;
      report(setting, {
        path: batchName,
        message: `must be at most ${queueName}${isOfVariable ? '' : `, which is ${most}`}`,
      });
    }
  }
  return options;
}

/** The queue of a destination, without an exporter. */
export const QUEUE: SectionShape = {
  kind: 'section',
  title: 'LogferryQueue',
  about: 'The queue before an exporter.',
  keys: QUEUE_KEYS,
  convert: checkSizes,
};

/** A processor with a queue before its exporter: `queue` and `exporter` of a destination. */
function batchSection(title: string, about: string, keys: Readonly<Record<string, Key>>, exporter: Key): SectionShape {
  return {
    kind: 'section',
    title,
    about,
    keys: { ...keys, exporter },
    convert: (options, report) => {
      const { entries, origin } = checkSizes(options, report);
      const queue = new Map([...entries].filter(([name]) => name !== 'exporter'));
      const destination = new Map([...entries].filter(([name]) => name === 'exporter'));
      if (queue.size > 0) destination.set('queue', { kind: 'group', entries: queue, origin });
      return { kind: 'group', entries: destination, origin };
    },
  };
}

/** The standard's `batch`. */
export function standardBatch(exporter: Key): SectionShape {
  return batchSection(
    'BatchLogRecordProcessor',
    'Queues records and exports them in batches.',
    STANDARD_KEYS,
    exporter,
  );
}

/** `batch` with all options of the queue. */
export function logferryBatch(exporter: Key): SectionShape {
  const about = 'As batch, with bounds in bytes, a choice of what is dropped, and a reserve for severe records.';
  return batchSection('LogferryBatch', about, QUEUE_KEYS, exporter);
}

/** The standard's `simple`: a queue that exports each record by itself, at once. */
export function standardSimple(exporter: Key): SectionShape {
  return {
    kind: 'section',
    title: 'SimpleLogRecordProcessor',
    about: 'Exports each record by itself.',
    keys: { exporter },
    convert: ({ entries, origin }) => {
      const queue = new Map([['maxExportBatchSize', value(1, origin)]]);
      return {
        kind: 'group',
        origin,
        entries: new Map([...entries, ['queue', { kind: 'group', origin, entries: queue }]]),
      };
    },
  };
}
