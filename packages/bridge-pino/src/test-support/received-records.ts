// SPDX-License-Identifier: Apache-2.0
import { opentelemetry, type OtlpReceiver } from '@logferry-test/support';

/** A log record as a receiver got it, flat; ids in hex, times in nanoseconds as text. */
export interface ReceivedRecord {
  readonly scope: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly timeUnixNano: string;
}

interface WireValue {
  readonly stringValue?: string | null;
  readonly boolValue?: boolean | null;
  readonly intValue?: unknown;
  readonly doubleValue?: number | null;
  readonly arrayValue?: { readonly values?: readonly WireValue[] | null } | null;
  readonly kvlistValue?: { readonly values?: readonly WireEntry[] | null } | null;
}

interface WireEntry {
  readonly key?: string | null;
  readonly value?: WireValue | null;
}

/** What a receiver has got so far, in order, with the attributes of its resources. */
export function receivedRecords(receiver: OtlpReceiver): {
  readonly records: ReceivedRecord[];
  readonly resources: Readonly<Record<string, unknown>>[];
} {
  const records: ReceivedRecord[] = [];
  const resources: Record<string, unknown>[] = [];
  for (const { bytes } of receiver.requests) {
    const { resourceLogs } = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.decode(bytes);
    for (const { resource, scopeLogs } of resourceLogs) {
      resources.push(plainMap(resource?.attributes));
      for (const { scope, logRecords } of scopeLogs ?? []) {
        for (const record of logRecords ?? []) {
          records.push({
            scope: scope?.name ?? '',
            severityNumber: record.severityNumber ?? 0,
            severityText: record.severityText ?? '',
            body: plain(record.body),
            attributes: plainMap(record.attributes),
            traceId: hex(record.traceId),
            spanId: hex(record.spanId),
            flags: record.flags ?? 0,
            timeUnixNano: digits(record.timeUnixNano),
          });
        }
      }
    }
  }
  return { records, resources };
}

function plain(value: WireValue | null | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (value.arrayValue) return (value.arrayValue.values ?? []).map((item) => plain(item));
  if (value.kvlistValue) return plainMap(value.kvlistValue.values ?? []);
  if (value.intValue !== null && value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}

function plainMap(entries: readonly WireEntry[] | null | undefined): Record<string, unknown> {
  return Object.fromEntries((entries ?? []).map(({ key, value }) => [key ?? '', plain(value)]));
}

/** Of a number, or of a 64-bit integer of protobufjs. */
function digits(value: unknown): string {
  return BigInt(value as number).toString();
}

function hex(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
