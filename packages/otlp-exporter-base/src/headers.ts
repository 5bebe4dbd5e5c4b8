// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { Headers } from './shared-options.ts';

/**
 * What a protocol has against a header's name, given in lower case: `the header host is set by the protocol`. Undefined:
 * nothing.
 */
export type HeaderNameRule = (name: string) => string | undefined;

// Letters, digits and what both gRPC metadata and HTTP take besides; never a separator or a control character (CWE-113).
const LEGAL_NAME = /^[0-9a-z_.-]{1,255}$/;

// Printable ASCII: what metadata and header fields may hold. It also keeps CR and LF out (CWE-113).
const LEGAL_VALUE = /^[ -~]*$/;

/**
 * The headers with lower-case names.
 * @throws LogferryError `INVALID_OPTION` that names the header, never its value.
 */
export function checkHeaders(name: string, headers: unknown, rule: HeaderNameRule): Headers {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new LogferryError('INVALID_OPTION', `${name} must be an object of names and values, or a function`);
  }
  const checked: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(headers)) {
    const problem = headerProblem(key.toLowerCase(), value, rule);
    if (problem !== undefined) throw new LogferryError('INVALID_OPTION', `${name}: ${problem}`);
    checked[key.toLowerCase()] = value as string;
  }
  return checked;
}

/**
 * `k1=v1,k2=v2` with percent-encoded values, as the variables have it (W3C Baggage without properties). A bad pair is
 * left out and reported by its position, because its text may be a secret.
 */
export function parseHeaderList(
  list: string,
  rule: HeaderNameRule,
  onBadPair: (position: number, problem: string) => void,
): Headers {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, pair] of list.split(',').entries()) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(pair.slice(0, Math.max(equals, 0)).trim())?.toLowerCase();
    const value = decode(pair.slice(equals + 1).trim());
    const problem =
      equals < 1 || key === undefined || value === undefined
        ? 'it must be name=value, percent-encoded'
        : headerProblem(key, value, rule);
    if (problem === undefined) headers[key!] = value!;
    else onBadPair(index + 1, problem);
  }
  return headers;
}

function headerProblem(name: string, value: unknown, rule: HeaderNameRule): string | undefined {
  if (!LEGAL_NAME.test(name)) return 'a header name must be made of letters, digits, "_", "-" and "."';
  const problem = rule(name);
  if (problem !== undefined) return problem;
  if (typeof value !== 'string' || !LEGAL_VALUE.test(value)) return `the value of ${name} must be printable ASCII text`;
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Shorter parts of a value are words like "Bearer" or "1", which texts hold by chance. */
const SECRET_PART_LENGTH = 8;

/** A peer's text without any header value it may quote: a server's error can name the token that it refused. */
export function withoutHeaderValues(text: string, headers: Headers): string {
  let clean = text;
  for (const value of Object.values(headers)) {
    for (const part of [value, ...value.split(' ')]) {
      if (part.length >= SECRET_PART_LENGTH) clean = clean.replaceAll(part, '[header value]');
    }
  }
  return clean;
}
