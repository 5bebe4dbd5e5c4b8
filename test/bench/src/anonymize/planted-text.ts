// SPDX-License-Identifier: Apache-2.0

/** Texts with one value each that has to go: what a contestant is fast at says little without what it finds. */

/** A value, with what stands around it where it needs that. */
type Canary = readonly [value: string, before?: string, after?: string];

const CANARIES: readonly Canary[] = [
  ['jane.doe+log@mail.example.com'],
  ['j.müller@example.org'],
  ['4111 1111 1111 1111'],
  ['5500005555555559'],
  ['371449635398431'],
  ['DE89 3704 0044 0532 0130 00'],
  ['+49 30 90182034'],
  ['(415) 555-2671'],
  ['198.51.100.23'],
  ['2001:db8::8a2e:370:7334'],
  ['00:1a:2b:3c:4d:5e'],
  ['123-45-6789'],
  ['943 476 5919', 'nhs '],
  ['AB123456C'],
  ['529.982.247-25'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5NXgL0n3I9PlFUP0THsR8U'],
  ['mF9B5f41JqM7', 'Authorization: Bearer '],
  ['ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['AKIAQ3EGR7JP2LXKTB5N'],
  ['bob:hunter2', 'postgres://', '@db/orders'],
  ['correct-horse-7', 'password='],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  ['52.520008, 13.404954', 'location '],
];

const FORMS: readonly ((text: string) => string)[] = [
  (text) => `user said ${text} and left`,
  (text) => JSON.stringify({ level: 'info', note: `saw ${text} here` }),
  (text) => `GET /search?note=${encodeURIComponent(`saw ${text} here`)} HTTP/1.1`,
];

/** One text, and what must not be in it any more. */
export interface PlantedText {
  readonly text: string;
  readonly value: string;
}

/** Each value in a sentence, in JSON and in a URL. */
export const PLANTED_TEXTS: readonly PlantedText[] = CANARIES.flatMap(([value, before = '', after = '']) =>
  FORMS.map((form) => ({ text: form(`${before}${value}${after}`), value })),
);

/** Of how many texts the value is gone, in percent. */
export function percentFound(redacted: readonly string[]): number {
  const gone = PLANTED_TEXTS.filter(
    ({ value }, index) => ![value, encodeURIComponent(value)].some((form) => redacted[index]!.includes(form)),
  );
  return (gone.length / PLANTED_TEXTS.length) * 100;
}
