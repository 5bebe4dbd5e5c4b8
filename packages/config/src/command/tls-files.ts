// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What is known of a file of TLS; never a word of a key. */
export interface TlsFile {
  readonly state: 'good' | 'doubtful' | 'bad';
  /** `/etc/ca.pem, until 2027-01-31`. */
  readonly words: string;
}

const DAY_MILLIS = 24 * 60 * 60 * 1000;

/** Certificates are renewed some weeks before their end; one that is nearer to it has been forgotten. */
const SOON_DAYS = 21;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a file, by the one that ends first. */
export function certificateFile(path: string, nowMillis: number): TlsFile {
  const text = read(path);
  if (typeof text !== 'string') return text;
  let ends: number[];
  try {
    ends = (text.match(CERTIFICATE) ?? []).map((block) => Date.parse(new X509Certificate(block).validTo));
  } catch {
    // The parser's message could quote the content.
    return { state: 'bad', words: `${path} holds a certificate that can not be parsed` };
  }
  if (ends.length === 0) return { state: 'bad', words: `${path} holds no PEM certificate` };
  const end = Math.min(...ends);
  const day = new Date(end).toISOString().slice(0, 10);
  const which = ends.length === 1 ? '' : `, the first of ${ends.length}`;
  if (end <= nowMillis) return { state: 'bad', words: `${path}, expired since ${day}${which}` };
  const days = Math.floor((end - nowMillis) / DAY_MILLIS);
  if (days < SOON_DAYS) return { state: 'doubtful', words: `${path}, until ${day}, in ${days} days${which}` };
  return { state: 'good', words: `${path}, until ${day}${which}` };
}

/** That a key fits its certificate the exporter finds out. */
export function keyFile(path: string): TlsFile {
  const text = read(path);
  return typeof text === 'string' ? { state: 'good', words: path } : text;
}

function read(path: string): string | TlsFile {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { state: 'bad', words: `${path} can not be read: ${code}` };
  }
}
