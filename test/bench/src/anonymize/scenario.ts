// SPDX-License-Identifier: Apache-2.0
import type { Entrant } from '../harness/rounds.ts';
import type { Metric, Scenario } from '../harness/scenario.ts';
import { scenarioOfTurns, type TurnsCase } from '../harness/scenario-of-turns.ts';
import type { AnonymizeFigures } from './anonymize-process.ts';
import { type AnonymizeKind, BATCH_ITEMS, type ContestantName } from './batch-sources.ts';

interface AnonymizeEntrant extends Entrant {
  readonly name: ContestantName;
}

const ALTERNATION = 'one alternation of 13 regular expressions, without validation';
const LOGTAPE = 'the five patterns that the package brings: e-mail, card, US and Korean identity numbers, JWT';

const TEXT: readonly AnonymizeEntrant[] = [
  { name: 'logferry', label: 'Logferry', settings: 'Anonymizer.redact with the policy `default`, all of it' },
  { name: 'alternation', label: 'naive alternation', settings: ALTERNATION },
  { name: 'logtape', label: '@logtape/redaction', settings: `redactByPattern around a text formatter; ${LOGTAPE}` },
];

const RECORDS: readonly AnonymizeEntrant[] = [
  {
    name: 'logferry',
    label: 'Logferry',
    settings: 'AnonymizingLogRecordProcessor with the policy `default` before a processor that does nothing',
  },
  { name: 'alternation', label: 'naive alternation', settings: `a copy of body and attributes through ${ALTERNATION}` },
  { name: 'logtape', label: '@logtape/redaction', settings: `redactByPattern over body and attributes; ${LOGTAPE}` },
];

const OBJECTS: readonly AnonymizeEntrant[] = [
  { name: 'logferry', label: 'Logferry', settings: 'JSON.stringify(Anonymizer.redact(…)), a policy of six paths' },
  { name: 'pinojs-redact', label: '@pinojs/redact', settings: 'the same paths, its own JSON.stringify' },
  { name: 'fast-redact', label: 'fast-redact', settings: 'the same paths, its own JSON.stringify' },
  { name: 'stringify', label: 'JSON.stringify', settings: 'alone: nothing is redacted' },
];

const CASES: readonly TurnsCase<AnonymizeKind>[] = [
  { name: 'text', title: 'clean text, all new', kind: { of: 'texts', texts: 'mix' }, entrants: TEXT },
  { name: 'numbers', title: 'clean lines full of numbers', kind: { of: 'texts', texts: 'numbers' }, entrants: TEXT },
  { name: 'planted', title: 'text, a value in every 20th', kind: { of: 'texts', texts: 'planted' }, entrants: TEXT },
  { name: 'records', title: 'clean records', kind: { of: 'records', records: 'uniform' }, entrants: RECORDS },
  { name: 'known', title: 'records known already', kind: { of: 'records', records: 'known' }, entrants: RECORDS },
  {
    name: 'distinct',
    title: 'records, every text new',
    kind: { of: 'records', records: 'distinct' },
    entrants: RECORDS,
  },
  { name: 'mixed', title: 'records of mixed shapes', kind: { of: 'records', records: 'mixed' }, entrants: RECORDS },
  { name: 'paths', title: 'paths of objects', kind: { of: 'objects' }, entrants: OBJECTS },
];

const METRICS: readonly Metric[] = [
  { key: 'microsPerItem', label: 'time each', unit: 'µs', better: 'lower', digits: 2, comparison: 'ratio' },
  { key: 'megabytesPerSecond', label: 'MB/s', unit: '', better: 'higher', digits: 0, comparison: 'none' },
  { key: 'foundPercent', label: 'found', unit: '%', better: 'higher', digits: 0, comparison: 'side by side' },
];

/** What redaction costs where there is little or nothing to redact, which is most of what is logged. */
export const anonymizeScenario: Scenario = scenarioOfTurns<AnonymizeKind, AnonymizeFigures>({
  name: 'anonymize',
  title: 'Redact one text, record or object',
  about:
    `Batches of ${BATCH_ITEMS}, made anew for each contestant and read once, in turns in one process and thread; the median of the ` +
    'batches. MB are 10^6 bytes of UTF-8 that went in. *found*: of the values planted in texts of their own, beside what is timed.',
  metrics: METRICS,
  bars: [
    { case: 'text', metric: 'megabytesPerSecond', atLeast: 100 },
    { case: 'numbers', metric: 'megabytesPerSecond', atLeast: 100 },
    { case: 'records', metric: 'microsPerItem', atMost: 1 },
    { case: 'distinct', metric: 'microsPerItem', atMost: 1 },
    { case: 'mixed', metric: 'microsPerItem', atMost: 1 },
  ],
  cases: CASES,
  sizes: {
    // The compiler needs that long: after 40 turns our scan runs at 0.8 to 0.9 of the rate that it has after 200.
    full: { rounds: 5, warmUpTurns: 200, turns: 100 },
    short: { rounds: 1, warmUpTurns: 1, turns: 3 },
  },
  program: new URL('anonymize-process.ts', import.meta.url),
  itemsPerTurn: BATCH_ITEMS,
  runOf: (name, figures, title) => {
    const run = figures.get(name)!;
    // What a peer leaves is a figure of the table; what we leave is a failure.
    if (name === 'logferry' && run.foundPercent !== 100) {
      throw new Error(`${title}: Logferry found ${run.foundPercent} % of what was planted`);
    }
    return run;
  },
});
