// SPDX-License-Identifier: Apache-2.0
import protobuf from 'protobufjs/minimal.js';

import { opentelemetry } from './generated/otlp.js';

/** A sealed batch as exporters take it. */
export interface LogBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly recordCount: number;
  /** How often `release` was called. */
  readonly releases: number;
  split(): LogBatch[];
  release(): void;
}

const RESOURCE_LOGS = (1 << 3) | 2;
const SCOPE_LOGS = (2 << 3) | 2;
const LOG_RECORDS = (2 << 3) | 2;
const BODY = (5 << 3) | 2;
const STRING_VALUE = (1 << 3) | 2;

/** A batch of one scope with one record for each body. For tests of what carries batches and does not look inside. */
export function logBatch(bodies: readonly string[]): LogBatch {
  const writer = protobuf.Writer.create().uint32(RESOURCE_LOGS).fork().uint32(SCOPE_LOGS).fork();
  for (const body of bodies) {
    writer.uint32(LOG_RECORDS).fork().uint32(BODY).fork().uint32(STRING_VALUE).string(body).ldelim().ldelim();
  }
  const bytes = new Uint8Array(writer.ldelim().ldelim().finish());
  let releases = 0;
  const batch: LogBatch = {
    bytes,
    recordCount: bodies.length,
    get releases() {
      return releases;
    },
    split() {
      if (bodies.length < 2) return [batch];
      const middle = Math.ceil(bodies.length / 2);
      return [logBatch(bodies.slice(0, middle)), logBatch(bodies.slice(middle))];
    },
    release() {
      releases += 1;
      // What reads a batch after its release must be seen to read rubbish.
      bytes.fill(0xff);
    },
  };
  return batch;
}

/** The string bodies of the records in an ExportLogsServiceRequest, in order. */
export function logBodies(request: Uint8Array): string[] {
  const { resourceLogs } = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.decode(request);
  return resourceLogs.flatMap(({ scopeLogs }) =>
    (scopeLogs ?? []).flatMap(({ logRecords }) => (logRecords ?? []).map(({ body }) => body?.stringValue ?? '')),
  );
}
