// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';

/** One log record as the Collector wrote it (OTLP JSON), with the resource and the scope it stood under. */
export interface CollectedRecord {
  readonly resource: object;
  readonly resourceSchemaUrl?: string;
  readonly scope: object;
  readonly scopeSchemaUrl?: string;
  readonly record: OtlpJsonLogRecord;
}

/** The fields of a record that the tests look at by name; the others are only compared. */
export interface OtlpJsonLogRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly body?: OtlpJsonValue;
  readonly attributes?: readonly OtlpJsonKeyValue[];
}

export interface OtlpJsonKeyValue {
  /** Left out when it is empty. */
  readonly key?: string;
  readonly value: OtlpJsonValue;
}

export interface OtlpJsonValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly OtlpJsonValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpJsonKeyValue[] };
  readonly bytesValue?: string;
}

interface OtlpJsonLogs {
  readonly resourceLogs?: readonly {
    readonly resource: object;
    readonly schemaUrl?: string;
    readonly scopeLogs?: readonly {
      readonly scope: object;
      readonly schemaUrl?: string;
      readonly logRecords?: readonly OtlpJsonLogRecord[];
    }[];
  }[];
}

/** Reads what the Collector's file exporter appends, from where the last read ended. */
export class CollectedRecords {
  readonly #path: string;
  readonly #records: CollectedRecord[] = [];
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** All records of the complete lines that are in the file now, in the order of the file. */
  async read(): Promise<readonly CollectedRecord[]> {
    const file = await open(this.#path, 'r');
    try {
      const { size } = await file.stat();
      const unread = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await file.read(unread, 0, unread.length, this.#offset);
      const complete = unread.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      for (const line of unread.toString('utf8', 0, complete).split('\n')) {
        if (line !== '') this.#append(JSON.parse(line) as OtlpJsonLogs);
      }
      this.#offset += complete;
    } finally {
      await file.close();
    }
    return this.#records;
  }

  #append(logs: OtlpJsonLogs): void {
    for (const { resource, schemaUrl, scopeLogs = [] } of logs.resourceLogs ?? []) {
      for (const { scope, schemaUrl: scopeSchemaUrl, logRecords = [] } of scopeLogs) {
        for (const record of logRecords) {
          this.#records.push({
            resource,
            ...(schemaUrl !== undefined && { resourceSchemaUrl: schemaUrl }),
            scope,
            ...(scopeSchemaUrl !== undefined && { scopeSchemaUrl }),
            record,
          });
        }
      }
    }
  }
}
