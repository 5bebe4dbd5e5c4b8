// SPDX-License-Identifier: Apache-2.0

/**
 * Runs every suite, or those named on the command line, and ends with one line that counts them all.
 * In CI (CI=true) a skipped test is a failure of the run.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

import { failureLines } from './failures.ts';
import { add, NOTHING } from './report.ts';
import { runSuite, type SuiteResult, tail } from './run-suite.ts';
import { SUITES, type Suite } from './suites.ts';

const LOG_TAIL_LINES = 80;

/** Where the reports have said what failed, the log shows only how the command ended. */
const SHORT_LOG_TAIL_LINES = 25;

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

function selected(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`unknown suite ${unknown.join(', ')}; there are: ${SUITES.map((suite) => suite.name).join(', ')}`);
    process.exit(2);
  }
  return names.length === 0 ? SUITES : SUITES.filter((suite) => names.includes(suite.name));
}

function row(result: SuiteResult): string {
  const { passed, failed, skipped } = result.tally;
  const mark = failed > 0 ? styleText('red', '✗') : styleText('green', '✓');
  const counts = [
    `${passed} passed`,
    failed > 0 ? styleText('red', `${failed} failed`) : '',
    skipped > 0 ? styleText('yellow', `${skipped} skipped`) : '',
  ].filter((part) => part !== '');
  return `${mark} ${result.suite.name.padEnd(11)} ${counts.join(', ').padEnd(24)} ${styleText('dim', `${result.seconds.toFixed(1)} s`)}`;
}

const suites = selected(process.argv.slice(2).filter((word) => word !== '--'));
let total = NOTHING;
for (const [index, suite] of suites.entries()) {
  const progress = `[${index + 1}/${suites.length}]`;
  if (process.stdout.isTTY) process.stdout.write(styleText('dim', `${progress} ${suite.name}: ${suite.about} …`));
  const result = await runSuite(suite, root);
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  console.log(`${styleText('dim', progress)} ${row(result)}`);
  if (result.tally.failed > 0) {
    if (result.problem !== undefined) console.log(styleText('red', `    ${result.problem}`));
    const told = failureLines(result.failures, root);
    const log = tail(result.logPath, told.length > 0 ? SHORT_LOG_TAIL_LINES : LOG_TAIL_LINES);
    console.log([...told, `$ ${suite.command.join(' ')}`, log].join('\n').replaceAll(/^/gm, '    '));
  }
  total = add(total, result.tally);
}

const skippedInCi = process.env['CI'] === 'true' && total.skipped > 0;
if (skippedInCi) console.log('a skipped test is a failure in CI');
if (total.failed > 0 || skippedInCi) process.exitCode = 1;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
