// SPDX-License-Identifier: Apache-2.0

/** Addresses of RFC 5321 in the shapes that occur, with IDN and punycode. Anchored at the `@`; both sides bounded. */
import { isDigit, isLetter, isWordUnit } from './characters.ts';
import { note, type Scan } from './scan-input.ts';

const MAX_LOCAL_UNITS = 64;
const MAX_DOMAIN_UNITS = 253;
const MAX_LABEL_UNITS = 63;

/** Endings of file names and versions that are no top-level domains: `icon@2x.png`, `app@main.js`. */
const NO_DOMAINS: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp ico bmp css scss js mjs cjs jsx ts mts cts tsx json html htm xml yml yaml txt log conf cfg ini toml lock map exe dll bin bak tmp tar gz tgz bz2 jar war class java kt go rb php sql csv pdf doc docx xls xlsx woff woff2 ttf local localhost internal lan service socket timer target mount slice scope'.split(
    ' ',
  ),
);

const LOCAL_PUNCTUATION = "!#$%&'+-/=?^_`{|}~.";

/** What stands for bytes that are no text, in base64 of an image. No address has it. */
const NO_CHARACTER = 0xfffd;

function isLocalUnit(unit: number): boolean {
  if (unit === NO_CHARACTER) return false;
  return isWordUnit(unit) || (unit < 0x80 && LOCAL_PUNCTUATION.includes(String.fromCharCode(unit)));
}

/** Whether what stands before the address shows that it is a remote of a version control system. */
function isRepository(text: string, start: number, at: number, end: number): boolean {
  const local = text.slice(start, at);
  const next = text[end];
  return (local === 'git' || local === 'hg' || local === 'svn') && (next === ':' || next === '/');
}

export function findEmail(scan: Scan, at: number): void {
  const { text } = scan;
  if (!scan.isCut && !canBeDomain(text, at + 1)) return;
  const start = localStart(text, at);
  if (start === at) return;
  const end = domainEnd(text, at + 1);
  if (end < 0) {
    // Cut inside of the domain: what is left tells whose address it is.
    if (scan.isCut && isRestOfDomain(text, at + 1)) note(scan, 'email', start, text.length);
    return;
  }
  if (!isRepository(text, start, at, end)) note(scan, 'email', start, end);
}

/** A dot with a letter behind it: versions (`package@1.2.3`) and names alone have none. */
function canBeDomain(text: string, from: number): boolean {
  const most = Math.min(text.length, from + MAX_DOMAIN_UNITS) - 1;
  for (let at = from; at < most; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x2e) {
      const next = text.charCodeAt(at + 1);
      if (isLetter(next) || next >= 0x80) return true;
    } else if (!isLabelUnit(unit)) {
      return false;
    }
  }
  return false;
}

function localStart(text: string, at: number): number {
  if (text[at - 1] === '"') {
    const opening = text.lastIndexOf('"', at - 2);
    return opening >= 0 && at - opening <= MAX_LOCAL_UNITS + 2 ? opening : at;
  }
  const least = Math.max(0, at - MAX_LOCAL_UNITS);
  let start = at;
  while (start > least && isLocalUnit(text.charCodeAt(start - 1))) start -= 1;
  // Dots end no local part and begin none; so do the characters that quote or join in texts.
  while (start < at && !isWordUnit(text.charCodeAt(start))) start += 1;
  return start;
}

/** Behind the top level of the domain at `from`, or -1 when there is none. */
function domainEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + MAX_DOMAIN_UNITS);
  let at = from;
  while (at < most && (isLabelUnit(text.charCodeAt(at)) || text[at] === '.')) at += 1;
  const labels = text.slice(from, at).split('.');
  const empty = labels.indexOf('');
  if (empty >= 0) labels.length = empty;
  for (let last = labels.length - 1; last >= 1; last -= 1) {
    const top = TOP_LEVEL.exec(labels[last] ?? '')?.[0];
    if (top === undefined || NO_DOMAINS.has(top.toLowerCase())) continue;
    const before = labels.slice(0, last);
    // `package@1.2.beta` is a version.
    if (before.every((label) => /^\d*$/.test(label)) || before.some((label) => label.length > MAX_LABEL_UNITS))
      return -1;
    return from + before.join('.').length + 1 + top.length;
  }
  return -1;
}

/** A top level at the start of a label; what may follow it is a joiner. */
const TOP_LEVEL = /^(?:xn--[a-z\d-]{2,59}|\p{L}{2,24}(?![\p{L}\p{N}]))/iu;

function isLabelUnit(unit: number): boolean {
  return isLetter(unit) || isDigit(unit) || unit === 0x2d || unit === 0x5f || (unit >= 0xc0 && unit !== NO_CHARACTER);
}

function isRestOfDomain(text: string, from: number): boolean {
  if (text.length - from > MAX_DOMAIN_UNITS) return false;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (!isLabelUnit(unit) && unit !== 0x2e) return false;
  }
  return true;
}
