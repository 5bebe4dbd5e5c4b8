// SPDX-License-Identifier: Apache-2.0
import type { Progress } from '../harness/progress.ts';
import type { Entrant } from '../harness/rounds.ts';
import { runProgram } from '../harness/run-program.ts';
import type { CaseResult, Metric, Run, Scenario } from '../harness/scenario.ts';
import type { AnonymizeFigures, AnonymizeJob } from './anonymize-process.ts';
import { type AnonymizeKind, BATCH_ITEMS, type ContestantName } from './lanes.ts';

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

interface AnonymizeCase {
  readonly name: string;
  readonly title: string;
  readonly kind: AnonymizeKind;
  readonly entrants: readonly AnonymizeEntrant[];
}

const CASES: readonly AnonymizeCase[] = [
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

const SIZES = {
  full: { rounds: 5, warmUpBatches: 40, batches: 80 },
  short: { rounds: 1, warmUpBatches: 1, batches: 3 },
};

const PROGRAM = new URL('anonymize-process.ts', import.meta.url);

/** What redaction costs where there is little or nothing to redact, which is most of what is logged. */
export const anonymizeScenario: Scenario = {
  name: 'anonymize',
  profiles: CASES.flatMap(({ name, entrants }) => entrants.map((entrant) => `${name}/${entrant.name}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const each of CASES) {
      progress.subheading(each.title);
      cases.push(await measureCase(each, rounds, size, progress));
    }
    return {
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
      cases,
    };
  },

  async profile(path, caseName, contestant) {
    const { kind } = CASES.find(({ name }) => name === caseName)!;
    const { warmUpBatches, batches } = SIZES.full;
    await run({ kind, contestants: [contestant as ContestantName], warmUpBatches, batches, profilePath: path });
    return { records: batches * BATCH_ITEMS };
  },
};

async function measureCase(
  { name, title, kind, entrants }: AnonymizeCase,
  rounds: number,
  size: Pick<AnonymizeJob, 'warmUpBatches' | 'batches'>,
  progress: Progress,
): Promise<CaseResult> {
  const runs = new Map(entrants.map((entrant) => [entrant.name, [] as Run[]]));
  for (let round = 1; round <= rounds; round += 1) {
    progress.running(round, rounds, title);
    const figures = await run({ kind, contestants: entrants.map((entrant) => entrant.name), ...size });
    for (const entrant of entrants) {
      const figure = figures.get(entrant.name)!;
      // What a peer leaves is a figure of the table; what we leave is a failure.
      if (entrant.name === 'logferry' && figure.foundPercent !== 100) {
        throw new Error(`${title}: ${entrant.label} found ${figure.foundPercent} % of what was planted`);
      }
      progress.ran(round, rounds, entrant.label, METRICS, figure);
      runs.get(entrant.name)!.push(figure);
    }
  }
  return { name, title, contestants: entrants.map((entrant) => ({ ...entrant, runs: runs.get(entrant.name)! })) };
}

async function run(job: AnonymizeJob): Promise<ReadonlyMap<ContestantName, AnonymizeFigures>> {
  return new Map(await runProgram<[ContestantName, AnonymizeFigures][]>(PROGRAM, job));
}
