// SPDX-License-Identifier: Apache-2.0

/** IBANs of ISO 13616: the length of the country and the check modulo 97. */
import { isAlphanumeric, isLetter, isWordUnit, unitAt } from './characters.ts';
import { mod97 } from './checksums.ts';
import { note, type Scan } from './scan-input.ts';

/** Lengths by country, from the registry of SWIFT. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 ' +
    'MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ' +
    'SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The same by the last five bits of both letters; 0 where no country is. */
const LENGTHS_BY_LETTERS: Uint8Array = new Uint8Array(1024);
for (const [country, length] of LENGTHS)
  LENGTHS_BY_LETTERS[placeOf(country.charCodeAt(0), country.charCodeAt(1))] = length;

function placeOf(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

/** Whether two letters can be those of a country. */
export function canBeginIban(first: number, second: number): boolean {
  return LENGTHS_BY_LETTERS[placeOf(first, second)] !== 0;
}

/** Looks at two letters and two digits at `start`. @returns the position behind the IBAN, or -1. */
export function findIban(scan: Scan, start: number): number {
  const { text } = scan;
  const second = text.charCodeAt(start + 1);
  const length = isLetter(second) ? LENGTHS_BY_LETTERS[placeOf(text.charCodeAt(start), second)]! : 0;
  if (length === 0) return -1;
  let value = '';
  let at = start;
  for (; value.length < length && at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isAlphanumeric(unit)) value += text[at];
    // One separator, behind each group of four.
    else if ((unit !== 0x20 && unit !== 0x2d) || value.length % 4 !== 0 || !isAlphanumeric(text.charCodeAt(at - 1)))
      break;
  }
  value = value.toUpperCase();
  if (value.length < length) {
    if (!scan.isCut || at < text.length || value.length < 8) return -1;
    note(scan, 'iban', start, at);
    return at;
  }
  if (isWordUnit(unitAt(text, at)) || mod97(value.slice(4) + value.slice(0, 4)) !== 1) return -1;
  note(scan, 'iban', start, at);
  return at;
}
