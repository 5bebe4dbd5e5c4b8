// SPDX-License-Identifier: Apache-2.0
import { buildCollector } from '@logferry-test/collector';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parseSoakOptions, USAGE } from './options.ts';
import { ProgressLine } from './progress-line.ts';
import { publish } from './publish.ts';
import { soak } from './soak.ts';
import { verdicts } from './verdicts.ts';

// The exit event ends the processes of the soak; a signal alone would not raise it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parseSoakOptions(args, () => Math.floor(Math.random() * 2 ** 31));
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const progress = new ProgressLine(options.durationMillis);
  const build = await buildCollector();
  if (build.kind !== 'ready') {
    const isContinuousIntegration = !['', 'false'].includes((process.env['CI'] ?? '').toLowerCase());
    progress.note('Go is not installed, so the OpenTelemetry Collector can not be built: the soak is SKIPPED');
    writeReport('soak', { passed: 0, failed: isContinuousIntegration ? 1 : 0, skipped: 1 });
    return isContinuousIntegration ? 1 : 0;
  }
  progress.note(
    `soak: ${options.durationMillis / 1000} s at ${options.recordsPerSecond} records/s, seed ${options.seed}`,
  );
  const seen = await soak(build.binary, options, progress);
  writeReport('soak-observation', seen);
  const results = verdicts(seen);
  for (const verdict of results) progress.verdict(verdict);
  const passed = results.filter((verdict) => verdict.kept).length;
  writeReport('soak', { passed, failed: results.length - passed, skipped: 0 });
  const kept = passed === results.length;
  if (options.publishes && kept) progress.note(`written: ${publish(seen, results).join(', ')}`);
  return kept ? 0 : 1;
}

/** `soak` is counted by the run of all suites; `soak-observation` is for whoever asks why. */
function writeReport(name: 'soak' | 'soak-observation', report: object): void {
  const folder = fileURLToPath(new URL('../../.reports', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(report));
}
