// SPDX-License-Identifier: Apache-2.0
import {
  CREDIT_CARD_NUMBER_PATTERN,
  EMAIL_ADDRESS_PATTERN,
  JWT_PATTERN,
  KR_RRN_PATTERN,
  redactByPattern,
  US_SSN_PATTERN,
} from '@logtape/redaction';
import type { LogRecord } from '@logtape/logtape';
import { Anonymizer } from '@logferry/processor-anonymize';

import { redactWithPatterns } from './naive-patterns.ts';

export type TextRedactor = (text: string) => string;

/** All patterns that the package brings. */
export const LOGTAPE_PATTERNS = [
  EMAIL_ADDRESS_PATTERN,
  CREDIT_CARD_NUMBER_PATTERN,
  US_SSN_PATTERN,
  KR_RRN_PATTERN,
  JWT_PATTERN,
];

/** Each run makes them anew. */
export const TEXT_CONTESTANTS = {
  logferry: (): TextRedactor => {
    const anonymizer = new Anonymizer({ policy: 'default', environment: {} });
    return (text) => anonymizer.redact(text) as string;
  },
  alternation: (): TextRedactor => redactWithPatterns,
  logtape: (): TextRedactor => {
    let current = '';
    const format = redactByPattern(() => current, LOGTAPE_PATTERNS);
    // The formatter stands for what makes the text; it gives what is there already.
    const record = {} as LogRecord;
    return (text) => {
      current = text;
      return format(record);
    };
  },
} as const;

export type TextContestant = keyof typeof TEXT_CONTESTANTS;
