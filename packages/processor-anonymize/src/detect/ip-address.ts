// SPDX-License-Identifier: Apache-2.0

/** IPv4 with exactly four parts, and IPv6 parsed after RFC 4291; which ranges count is an option. */
import { isDigit, isHexDigit, isLetter, isWordUnit, unitAt } from './characters.ts';
import { type IpRanges, note, type Scan } from './scan-input.ts';

const LONGEST_IPV6_UNITS = 45;

/** Reads an IPv4 address at its first digit. @returns the position behind it, or -1. */
export function findIpv4(scan: Scan, start: number): number {
  const { text } = scan;
  const before = unitAt(text, start - 1);
  if (before === 0x2e && isDigit(unitAt(text, start - 2))) return -1;
  let address = 0;
  let at = start;
  for (let part = 0; part < 4; part += 1) {
    const first = at;
    let value = 0;
    let unit = unitAt(text, at);
    while (at - first < 4 && isDigit(unit)) {
      value = value * 10 + unit - 0x30;
      at += 1;
      unit = unitAt(text, at);
    }
    const length = at - first;
    if (length < 1 || value > 255 || (length > 1 && text.charCodeAt(first) === 0x30)) return -1;
    address = ((address << 8) | value) >>> 0;
    if (part === 3) break;
    if (unit !== 0x2e) return -1;
    at += 1;
  }
  const next = unitAt(text, at);
  if (isWordUnit(next) || (next === 0x2e && isDigit(unitAt(text, at + 1)))) return -1;
  // `Name/120.0.0.0` is the version of a user agent.
  if (before === 0x2f && isLetter(unitAt(text, start - 2)) && (address & 0xffffff) === 0) return at;
  if (ipv4Counts(address, scan.ipRanges)) note(scan, 'ip_address', start, at);
  return at;
}

function ipv4Counts(address: number, ranges: IpRanges): boolean {
  const a = address >>> 24;
  const b = (address >>> 16) & 0xff;
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127);
  if (isPrivate) return ranges.private === true;
  const network = address >>> 8;
  if (network === TEST_NET_1 || network === TEST_NET_2 || network === TEST_NET_3) return ranges.documentation !== false;
  return (a !== 0 && a !== 127 && a < 224) || ranges.reserved === true;
}

/** 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24: RFC 5737. */
const TEST_NET_1 = 0xc00002;
const TEST_NET_2 = 0xc63364;
const TEST_NET_3 = 0xcb0071;

/** Reads the IPv6 address around a colon. @returns the position behind the candidate, or -1 when there is none. */
export function findIpv6(scan: Scan, colon: number): number {
  const { text } = scan;
  let start = colon;
  while (start > 0 && colon - start < 4 && isHexDigit(text.charCodeAt(start - 1))) start -= 1;
  const before = unitAt(text, start - 1);
  if (isWordUnit(before) || before === 0x3a || before === 0x2e) return -1;
  const most = Math.min(text.length, start + LONGEST_IPV6_UNITS + 1);
  let end = colon;
  let colons = 0;
  let isCompressed = false;
  for (; end < most; end += 1) {
    const unit = text.charCodeAt(end);
    if (unit === 0x3a) {
      colons += 1;
      isCompressed ||= unitAt(text, end + 1) === 0x3a;
    } else if (!isHexDigit(unit) && unit !== 0x2e) {
      break;
    }
  }
  // Clock times end here.
  if (!isCompressed && colons < 6) return -1;
  while (end > colon && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end -= 1;
  const next = unitAt(text, end);
  if (isWordUnit(next) || end - start > LONGEST_IPV6_UNITS) return -1;
  const groups = parseIpv6(text.slice(start, end));
  if (groups === undefined) return -1;
  if (ipv6Counts(groups, scan.ipRanges)) note(scan, 'ip_address', start, end);
  return end;
}

/** The eight groups of an IPv6 address; undefined when the text is none. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from<number>({ length: missing }).fill(0), ...tail];
}

function groupsOf(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const quad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(part);
    if (quad !== null && mayEndInIpv4 && index === parts.length - 1) {
      const [a = 0, b = 0, c = 0, d = 0] = quad.slice(1).map(Number);
      if (Math.max(a, b, c, d) > 255) return undefined;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function ipv6Counts(groups: readonly number[], ranges: IpRanges): boolean {
  const [first = 0, second = 0] = groups;
  if (first === 0x2001 && second === 0xdb8) return ranges.documentation !== false;
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80) return ranges.private === true;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped || (first === 0x64 && second === 0xff9b)) {
    const [high = 0, low = 0] = groups.slice(6);
    return ipv4Counts(((high << 16) | low) >>> 0, ranges);
  }
  // Nothing else is allocated; hexadecimal words with colons between them (`ac::dc`) lie elsewhere.
  return (first & 0xe000) === 0x2000 || ranges.reserved === true;
}
