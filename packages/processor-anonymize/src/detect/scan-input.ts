// SPDX-License-Identifier: Apache-2.0
import type { Finding } from './finding.ts';
import type { KeyDecisions } from './key-decisions.ts';

/** Which IP addresses count. */
export interface IpRanges {
  /** Private networks (RFC 1918, RFC 4193), shared address space, link-local. Default: false. */
  readonly private?: boolean;
  /** Loopback, unspecified, broadcast, multicast and other reserved addresses. Default: false. */
  readonly reserved?: boolean;
  /** Ranges for documentation (RFC 5737, RFC 3849). Default: true. */
  readonly documentation?: boolean;
}

/** What the detectors look for, and where they note what they find. One text at a time. */
export interface Scan {
  readonly text: string;
  /** The entities that the key of the value is context for. */
  readonly context: ReadonlySet<string>;
  readonly entities: ReadonlySet<string>;
  readonly keys: KeyDecisions;
  readonly ipRanges: IpRanges;
  /** Whether UUIDs are looked for. */
  readonly hasUuids: boolean;
  /** Whether the application looks for something, which may be anything. */
  readonly hasDetectors: boolean;
  /** Whether an earlier limit may have cut the text at its end. */
  readonly isCut: boolean;
  readonly findings: Finding[];
  /** What may be base64 of a text: where each begins and ends. */
  readonly base64: number[];
  /** Behind what was looked at as base64. */
  base64Read: number;
  /** The bits of `context`; see context.ts. */
  readonly contextBits: number;
  /** The bits of entities of which a context word may stand in the text; -1 until that is asked. */
  wordBits: number;
}

/** Notes a finding, when its entity is looked for. */
export function note(scan: Scan, entity: string, start: number, end: number): void {
  if (scan.entities.has(entity)) scan.findings.push({ start, end, entity });
}
