// SPDX-License-Identifier: Apache-2.0

/** The path of field numbers from an ExportLogsServiceRequest to its log records. */
const RESOURCE_LOGS = 1;
const SCOPE_LOGS = 2;
const LOG_RECORDS = 2;

const TIME_UNIX_NANO = 1;

/**
 * Counts the log records of an ExportLogsServiceRequest without decoding them, so that a receiver costs little beside
 * what it measures. @throws RangeError where the bytes are not such a message.
 */
export function countLogRecords(request: Uint8Array): number {
  let count = 0;
  for (const record of logRecords(request)) if (record.end >= record.start) count += 1;
  return count;
}

/**
 * Calls back with the time of each log record of an ExportLogsServiceRequest, in nanoseconds since the Unix epoch; 0 for a
 * record without one. A test that numbers its records by their times can tell them apart at this price alone.
 * @throws RangeError where the bytes are not such a message.
 */
export function readRecordTimes(request: Uint8Array, take: (timeUnixNano: bigint) => void): void {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  for (const { start, end } of logRecords(request)) {
    const [time] = fields(request, start, end, TIME_UNIX_NANO);
    take(time === undefined ? 0n : view.getBigUint64(time.start, true));
  }
}

function* logRecords(request: Uint8Array): Generator<Range> {
  for (const resourceLogs of fields(request, 0, request.length, RESOURCE_LOGS)) {
    for (const scopeLogs of fields(request, resourceLogs.start, resourceLogs.end, SCOPE_LOGS)) {
      yield* fields(request, scopeLogs.start, scopeLogs.end, LOG_RECORDS);
    }
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The values of one field in a message: length-delimited ones and those of a fixed width. Writers are free in their order. */
function* fields(bytes: Uint8Array, start: number, end: number, wanted: number): Generator<Range> {
  let at = start;
  while (at < end) {
    const tag = varint(bytes, at);
    at = tag.end;
    switch (tag.value & 7) {
      case 0:
        at = varint(bytes, at).end;
        break;
      case 1:
        at += 8;
        if (tag.value >>> 3 === wanted) yield { start: at - 8, end: at };
        break;
      case 2: {
        const length = varint(bytes, at);
        at = length.end + length.value;
        if (tag.value >>> 3 === wanted) yield { start: length.end, end: at };
        break;
      }
      case 5:
        at += 4;
        if (tag.value >>> 3 === wanted) yield { start: at - 4, end: at };
        break;
      default:
        throw new RangeError(`wire type ${tag.value & 7} at byte ${at}`);
    }
    if (at > end) throw new RangeError(`a field ends at byte ${at}, behind its message's end ${end}`);
  }
}

/** Values above 2^53 lose precision; only their length matters here. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = start; at < start + 10; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) break;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 128;
  }
  throw new RangeError(`a varint at byte ${start} does not end`);
}
