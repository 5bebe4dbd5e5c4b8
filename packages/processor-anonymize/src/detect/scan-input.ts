// SPDX-License-Identifier: Apache-2.0
import type { SensitiveWords } from '../sensitive-words.ts';
import type { Finding } from './finding.ts';

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
  readonly words: SensitiveWords;
  readonly ipRanges: IpRanges;
  /** Whether an earlier limit may have cut the text at its end. */
  readonly isCut: boolean;
  readonly findings: Finding[];
  /** Where runs begin that may be base64. */
  readonly longRuns: number[];
  /** Entities of which a context word may stand in the text, as far as that was asked. */
  readonly mayHaveContext: Map<string, boolean>;
}

/** Notes a finding, when its entity is looked for. */
export function note(scan: Scan, entity: string, start: number, end: number): void {
  if (scan.entities.has(entity)) scan.findings.push({ start, end, entity });
}
