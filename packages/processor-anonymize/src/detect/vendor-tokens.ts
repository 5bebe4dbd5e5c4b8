// SPDX-License-Identifier: Apache-2.0

/**
 * Tokens that vendors mark with a literal prefix. Each entry: the prefix, and how many units of which kind follow it.
 * Sources: the vendors' own pages on the formats of their keys.
 */
import { isAlphanumeric } from './characters.ts';
import { note, type Scan } from './scan-input.ts';
import { hasTokenChecksum } from './token-checksum.ts';

/** `upper`: A-Z and digits. `hex`. `word`: letters, digits, `_` and `-`. `dotted`: as `word`, with dots between. */
type Kind = 'upper' | 'hex' | 'word' | 'dotted';

const PREFIXES: readonly (readonly [prefix: string, kind: Kind, least: number, most: number])[] = [
  ['AKIA', 'upper', 16, 16], // AWS
  ['ASIA', 'upper', 16, 16],
  ['ABIA', 'upper', 16, 16],
  ['ACCA', 'upper', 16, 16],
  ['AIza', 'word', 35, 35], // Google
  ['GOCSPX-', 'word', 28, 28],
  ['ya29.', 'word', 20, 2048],
  ['ghp_', 'word', 36, 255], // GitHub
  ['gho_', 'word', 36, 255],
  ['ghu_', 'word', 36, 255],
  ['ghs_', 'word', 36, 255],
  ['ghr_', 'word', 36, 255],
  ['github_pat_', 'word', 22, 255],
  ['glpat-', 'word', 20, 300], // GitLab
  ['gldt-', 'word', 20, 300],
  ['glrt-', 'word', 20, 300],
  ['glptt-', 'word', 40, 300],
  ['xoxb-', 'word', 10, 255], // Slack
  ['xoxp-', 'word', 10, 255],
  ['xoxa-', 'word', 10, 255],
  ['xoxr-', 'word', 10, 255],
  ['xoxs-', 'word', 10, 255],
  ['xoxe-', 'word', 10, 255],
  ['xapp-', 'word', 10, 255],
  ['sk_live_', 'word', 16, 255], // Stripe
  ['sk_test_', 'word', 16, 255],
  ['rk_live_', 'word', 16, 255],
  ['rk_test_', 'word', 16, 255],
  ['whsec_', 'word', 24, 255],
  ['npm_', 'word', 36, 36],
  ['pypi-', 'word', 50, 1024],
  ['rubygems_', 'hex', 48, 48],
  ['sk-ant-', 'word', 20, 255], // Anthropic
  ['sk-proj-', 'word', 20, 255], // OpenAI
  ['sk-svcacct-', 'word', 20, 255],
  ['sk-', 'word', 32, 255],
  ['hf_', 'word', 30, 64], // Hugging Face
  ['SG.', 'dotted', 60, 80], // SendGrid
  ['key-', 'hex', 32, 32], // Mailgun
  ['dop_v1_', 'hex', 64, 64], // DigitalOcean
  ['shpat_', 'hex', 32, 32], // Shopify
  ['shpss_', 'hex', 32, 32],
  ['dckr_pat_', 'word', 20, 64],
  ['AGE-SECRET-KEY-1', 'upper', 58, 58],
  ['hvs.', 'word', 24, 255], // Vault
  ['dp.pt.', 'word', 40, 48], // Doppler
  ['NRAK-', 'upper', 27, 27],
  ['lin_api_', 'word', 40, 48],
  ['PMAK-', 'word', 59, 59],
  ['SQUARE_', 'word', 22, 64],
  ['EAAA', 'word', 60, 60],
];

/** Dots end a run, so that the scan can come by again: it must not read far each time. */
const DOTTED_UNITS = 128;

/** The prefixes by their first two units. */
const BY_START = new Map<number, (typeof PREFIXES)[number][]>();
for (const entry of PREFIXES) {
  const start = startOf(entry[0], 0);
  BY_START.set(start, [...(BY_START.get(start) ?? []), entry]);
}

function startOf(text: string, at: number): number {
  return ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);
}

/** The first two units of the prefixes, and of web tokens. */
const STARTS: Uint8Array = new Uint8Array(128 * 128);
for (const start of BY_START.keys()) STARTS[start] = 1;
STARTS[startOf('ey', 0)] = 1;

/** Whether two units of ASCII can begin a token. */
export function canBeginTokenWith(first: number, second: number): boolean {
  return STARTS[((first & 127) << 7) | (second & 127)] === 1;
}

/** Whether the first two of a run of at least two units can begin a token. */
export function canBeginToken(text: string, start: number): boolean {
  return STARTS[startOf(text, start)] === 1;
}

const isKind: Readonly<Record<Kind, (unit: number) => boolean>> = {
  upper: (unit) => (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39),
  hex: (unit) => (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66),
  word: (unit) => isAlphanumeric(unit) || unit === 0x5f || unit === 0x2d,
  dotted: (unit) => isAlphanumeric(unit) || unit === 0x5f || unit === 0x2d || unit === 0x2e,
};

/** Looks at a run of word characters. @returns behind the token, or -1. */
export function findVendorToken(scan: Scan, start: number): number {
  const { text } = scan;
  for (const [prefix, kind, least, most] of BY_START.get(startOf(text, start)) ?? []) {
    if (!text.startsWith(prefix, start)) continue;
    const body = start + prefix.length;
    let end = body;
    const stop = kind === 'dotted' ? body + DOTTED_UNITS : text.length;
    while (end < Math.min(stop, text.length) && isKind[kind](text.charCodeAt(end))) end += 1;
    const length = end - body;
    // What is longer than a token can be is redacted with it: it may be a token with something behind.
    const isCutShort = end === text.length && length >= 4 && (scan.isCut || length >= least >>> 1);
    if (length < least && !isCutShort) continue;
    if (length > most && (kind === 'upper' || kind === 'hex')) continue;
    const shown = text.slice(body, Math.min(end, body + 256));
    // A checksum only confirms; see docs/decisions/anonymizing.md.
    if (isPlaceholder(shown, kind) && !hasTokenChecksum(prefix, shown)) continue;
    note(scan, 'vendor_token', start, end);
    return end;
  }
  return -1;
}

/** `EXAMPLE`, filled with x or zeros, or of few different characters. */
function isPlaceholder(body: string, kind: Kind): boolean {
  if (/EXAMPLE|X{6}|x{6}|0{10}|your[-_]|<|\*{3}/i.test(body)) return true;
  const different = new Set(body).size;
  if (kind !== 'hex' && kind !== 'upper' && body.length >= 24 && !/\d/.test(body)) return !/[A-Z]/.test(body);
  return different < Math.min(6, body.length);
}
