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
 * scan tells them from the attributes of the scope and the resource that stand behind them.
 */
export function scanLine(line: Uint8Array): ScannedRecord[] {
  const records: ScannedRecord[] = [];
  /** Records of the ScopeLogs that is open, and groups of the ResourceLogs that is open. */
  let jsons: Uint8Array[] = [];
  let groups: { readonly scope: Uint8Array; readonly jsons: readonly Uint8Array[] }[] = [];
  let depth = 0;
  let inScopeLogs = false;
  let inRecords = false;
  let recordStart = 0;
  let scopeStart = 0;
  let resourceStart = 0;
  for (let at = 0; at < line.byteLength; at += 1) {
    switch (line[at]) {
      case QUOTE:
        at = closingQuote(line, at);
        break;
      case OPEN_BRACE:
        if (inRecords && depth === LOG_RECORDS) recordStart = at;
        depth += 1;
        break;
      case OPEN_BRACKET:
        if (depth === IN_RESOURCE_LOGS) inScopeLogs = true;
        else if (inScopeLogs && depth === IN_SCOPE_LOGS) inRecords = true;
        depth += 1;
        break;
      case CLOSE_BRACE:
        depth -= 1;
        if (inRecords && depth === LOG_RECORDS) {
          jsons.push(line.subarray(recordStart, at + 1));
        } else if (inScopeLogs && depth === SCOPE_LOGS) {
          groups.push({ scope: line.subarray(scopeStart, at), jsons });
          jsons = [];
        } else if (depth === RESOURCE_LOGS) {
          const resource = line.subarray(resourceStart, at);
          for (const group of groups) {
            const headers = { resource, scope: group.scope };
            for (const json of group.jsons) records.push({ headers, json });
          }
          groups = [];
        }
        break;
      case CLOSE_BRACKET:
        depth -= 1;
        if (inRecords && depth === IN_SCOPE_LOGS) {
          inRecords = false;
          scopeStart = at + 1;
        } else if (depth === IN_RESOURCE_LOGS) {
          inScopeLogs = false;
          resourceStart = at + 1;
        }
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
