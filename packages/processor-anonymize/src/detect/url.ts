// SPDX-License-Identifier: Apache-2.0

/** Credentials before the host of a URL (RFC 3986, 3.2.1). Secret values of the query are found as `key=value`. */
import { isDigit } from './characters.ts';
import { note, type Scan } from './scan-input.ts';

const MAX_AUTHORITY_UNITS = 4096;

/** How far a password goes on behind a `/` that should have been encoded. */
const LATE_UNITS = 256;

/** What stands behind the colon is no port: a password with a `/`, `?` or `#` in it ends at the last `@` of the word. */
function lateAt(text: string, from: number): number {
  let at = -1;
  for (let index = from; index < text.length && index - from < LATE_UNITS; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x20 || unit === 0x22 || unit === 0x3c || unit === 0x3e) break;
    if (unit === 0x40) at = index;
  }
  return at;
}

/** How far the name before the first colon goes. */
const NAME_UNITS = 64;

/** Whether behind the first colon stands what can't begin a port, nor a path or a query without one. */
function hasPassword(text: string, start: number): boolean {
  const most = Math.min(text.length, start + NAME_UNITS) - 1;
  for (let at = start; at < most; at += 1) {
    const unit = text.charCodeAt(at);
    // An IPv6 address.
    if (unit === 0x5b) return false;
    if (unit !== 0x3a) continue;
    const next = text.charCodeAt(at + 1);
    return !isDigit(next) && next !== 0x2f && next !== 0x3f && next !== 0x23;
  }
  return false;
}

/** Looks behind `://`. @returns behind the credentials, or -1. */
export function findUserInfo(scan: Scan, colon: number): number {
  const { text } = scan;
  const start = colon + 3;
  const most = Math.min(text.length, start + MAX_AUTHORITY_UNITS);
  let at = -1;
  let end = start;
  for (; end < most; end += 1) {
    const unit = text.charCodeAt(end);
    if (
      unit <= 0x20 ||
      unit === 0x2f ||
      unit === 0x3f ||
      unit === 0x23 ||
      unit === 0x22 ||
      unit === 0x3c ||
      unit === 0x3e
    )
      break;
    if (unit === 0x40) at = end;
  }
  // Cut behind the password, before the host.
  if (at < 0 && scan.isCut && end === text.length && /^[^:]+:\D/.test(text.slice(start, start + NAME_UNITS))) at = end;
  if (at < 0 && hasPassword(text, start)) at = lateAt(text, end);
  if (at <= start) return -1;
  const info = text.slice(start, at);
  if (info === 'git' || /^(?:REDACTED(?::REDACTED)?|\[[A-Z_:]+\])$/.test(info)) return -1;
  note(scan, 'url_credentials', start, at);
  // What stands before the `@` is no address of mail.
  return Math.min(at + 1, text.length);
}
