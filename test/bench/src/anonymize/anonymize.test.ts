// SPDX-License-Identifier: Apache-2.0
import { Anonymizer } from '@logferry/processor-anonymize';
import { describe, expect, test } from 'vitest';

import { batchSourceOf } from './batch-sources.ts';
import { cleanText } from './clean-text.ts';
import { makeRequest, PATH_CONTESTANTS, PATH_SECRET, SECRETS_PER_REQUEST } from './path-contestants.ts';
import { PLANTED_TEXTS, percentFound } from './planted-text.ts';
import { RecordBatches, type RecordKind } from './record-batches.ts';
import { RECORD_CONTESTANTS } from './record-contestants.ts';

describe.each(['mix', 'numbers'] as const)('the clean texts of the kind %s', (kind) => {
  const texts = Array.from({ length: 20_000 }, (_, sequence) => cleanText(kind, sequence));

  test('hold nothing that the default policy finds', () => {
    const anonymizer = new Anonymizer({ environment: {} });
    expect(texts.filter((text) => anonymizer.redact(text) !== text)).toEqual([]);
  });

  test('do not come again', () => {
    expect(new Set(texts).size).toBe(texts.length);
  });
});

test('values are planted in each text, and what takes none away has found none', () => {
  expect(
    PLANTED_TEXTS.every(({ text, value }) => text.includes(value) || decodeURIComponent(text).includes(value)),
  ).toBe(true);
  expect(percentFound(PLANTED_TEXTS.map(({ text }) => text))).toBe(0);
});

describe.each(['uniform', 'known', 'distinct', 'mixed'] as const)('the records of the kind %s', (kind: RecordKind) => {
  test('hold nothing that the default policy finds', () => {
    const redact = RECORD_CONTESTANTS.logferry();
    const records = new RecordBatches(kind).next(5000);
    expect(records.filter((record) => redact(record) !== record)).toEqual([]);
  });
});

test('every path contestant writes the same, and leaves the object as it was', () => {
  const { stringify, ...redactors } = PATH_CONTESTANTS;
  const before = stringify()(makeRequest(7));
  expect(before.split(PATH_SECRET)).toHaveLength(SECRETS_PER_REQUEST + 1);
  const written = Object.values(redactors).map((make) => {
    const request = makeRequest(7);
    const text = make()(request);
    expect(JSON.stringify(request)).toBe(before);
    return text;
  });
  expect(written[0]).not.toContain(PATH_SECRET);
  expect(new Set(written).size).toBe(1);
});

test('a lane of records tells what its contestant found in bodies', () => {
  const kind = { of: 'records', records: 'uniform' } as const;
  expect(batchSourceOf(kind, 'logferry').foundPercent()).toBe(100);
  expect(batchSourceOf(kind, 'logtape').foundPercent()).toBeLessThan(50);
});
