// SPDX-License-Identifier: Apache-2.0
import type { LineHeaders } from './json-lines.ts';

/** A record of a line. Records of one resource share its header by identity, and so do those of a scope. */
export interface ScannedRecord {
  readonly headers: LineHeaders;
  readonly json: Uint8Array;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** How many brackets and braces are open inside the array `resourceLogs`, a ResourceLogs, `scopeLogs`, and so on. */
const RESOURCE_LOGS = 2;
const IN_RESOURCE_LOGS = 3;
const SCOPE_LOGS = 4;
const IN_SCOPE_LOGS = 5;
const LOG_RECORDS = 6;

/**
 * Finds the records of one line that `JsonLines` wrote. Splitting a batch is rare, so the encoder does not note where
 * records end. In a ResourceLogs only `scopeLogs` is an array, and in a ScopeLogs only `logRecords`: that is how the
 * scan tells them from the attributes of headers.
 */
export function scanLine(line: Uint8Array): ScannedRecord[] {
  const records: ScannedRecord[] = [];
  let depth = 0;
  let inScopeLogs = false;
  let inRecords = false;
  let start = 0;
  let resource: Uint8Array = line.subarray(0, 0);
  let scope: Uint8Array = resource;
  for (let at = 0; at < line.byteLength; at += 1) {
    switch (line[at]) {
      case QUOTE:
        at = closingQuote(line, at);
        break;
      case OPEN_BRACE:
        if (depth === RESOURCE_LOGS || (inScopeLogs && depth === SCOPE_LOGS) || (inRecords && depth === LOG_RECORDS)) {
          start = at;
        }
        depth += 1;
        break;
      case OPEN_BRACKET:
        if (depth === IN_RESOURCE_LOGS) {
          inScopeLogs = true;
          resource = line.subarray(start, at + 1);
        } else if (inScopeLogs && depth === IN_SCOPE_LOGS) {
          inRecords = true;
          scope = line.subarray(start, at + 1);
        }
        depth += 1;
        break;
      case CLOSE_BRACE:
        depth -= 1;
        if (inRecords && depth === LOG_RECORDS)
          records.push({ headers: { resource, scope }, json: line.subarray(start, at + 1) });
        break;
      case CLOSE_BRACKET:
        depth -= 1;
        if (inRecords && depth === IN_SCOPE_LOGS) inRecords = false;
        else if (depth === IN_RESOURCE_LOGS) inScopeLogs = false;
        break;
      default:
        break;
    }
  }
  return records;
}

function closingQuote(line: Uint8Array, opening: number): number {
  let at = opening + 1;
  while (line[at] !== QUOTE) at += line[at] === BACKSLASH ? 2 : 1;
  return at;
}
