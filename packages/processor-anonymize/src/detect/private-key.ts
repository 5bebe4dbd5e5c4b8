// SPDX-License-Identifier: Apache-2.0

/** Private keys in the textual encodings of RFC 7468, OpenSSH and PGP: also cut ones, where END or more is missing. */
import { note, type Scan } from './scan-input.ts';

const BEGIN = '-----BEGIN';
const END = '-----END';

/** What stands between BEGIN and the hyphens behind it at most. */
const LABEL_UNITS = 40;

/** Looks at hyphens. @returns behind the block, or -1. */
export function findPrivateKey(scan: Scan, start: number): number {
  const { text } = scan;
  const head = text.slice(start, start + BEGIN.length + LABEL_UNITS);
  if (!head.startsWith(BEGIN)) return findCutHeader(scan, start, head);
  const label = head.slice(BEGIN.length);
  const hyphens = label.indexOf('-----');
  if (hyphens < 0 && start + head.length < text.length) return -1;
  const name = hyphens < 0 ? label : label.slice(0, hyphens);
  // A label that is cut could have been one of a private key.
  const isPrivate = name.includes('PRIVATE KEY') || (hyphens < 0 && !/PUBLIC|CERT/.test(name));
  if (!isPrivate) return -1;
  const closing = text.indexOf(END, start + BEGIN.length);
  if (closing < 0) {
    note(scan, 'private_key', start, text.length);
    return text.length;
  }
  const hyphensBehind = text.indexOf('-----', closing + END.length);
  const end = hyphensBehind < 0 || hyphensBehind - closing > LABEL_UNITS + END.length ? text.length : hyphensBehind + 5;
  note(scan, 'private_key', start, end);
  return end;
}

/** `-----BEG` at the end of a text. */
function findCutHeader(scan: Scan, start: number, head: string): number {
  if (!scan.isCut || head.length < 6 || start + head.length < scan.text.length || !BEGIN.startsWith(head)) return -1;
  note(scan, 'private_key', start, scan.text.length);
  return scan.text.length;
}
