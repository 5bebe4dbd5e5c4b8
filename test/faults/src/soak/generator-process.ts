// SPDX-License-Identifier: Apache-2.0
/**
 * The application of the soak, in a process of its own: it emits numbered records at a steady rate through the SDK. Run by
 * `startGenerator`; it ends when it is told to, or when its parent is gone.
 */
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { seededRandom } from '@logferry-test/support/random';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { accountViolations } from '../account-violations.ts';
import type { GeneratorCommand, GeneratorMessage, GeneratorOptions, GeneratorSample } from './generator-messages.ts';
import { randomIn } from './random-in.ts';

const TICK_MILLIS = 10;
/** Between two checks by the clock; others stand between two records. */
const CHECK_MILLIS = { from: 0, to: 400 };
const CHECKS_PER_RECORD = 1 / 20_000;

const options = JSON.parse(process.argv[2] ?? '') as GeneratorOptions;
const environment = {};
const random = seededRandom(options.seed);

const processor = new BatchingLogRecordProcessor(
  new OtlpGrpcLogRecordExporter({ endpoint: options.endpoint, environment, maxConcurrentSends: 2 }),
  { environment, maxQueueSize: options.maxQueueSize, maxQueueBytes: options.maxQueueBytes },
);
const provider = new LoggerProvider({ processors: [processor] });
const logger = provider.getLogger('soak');

let emitted = 0;
let checks = 0;
const violations: string[] = [];

function check(): void {
  checks += 1;
  for (const violation of accountViolations(emitted, processor.stats())) {
    if (violations.length < 10) violations.push(violation);
  }
}

function emitOne(): void {
  const number = emitted + 1;
  const isWarning = number % 16 === 0;
  logger.emit({
    // The receiver tells records apart by their times.
    timestamp: [number, 0],
    severityNumber: isWarning ? 13 : 9,
    severityText: isWarning ? 'WARN' : 'INFO',
    body: `order ${number} was priced and stored, its receipt was mailed`,
    attributes: { route: '/orders/{id}', status: 200, region: 'eu-west-1', durationMs: (number % 997) / 8, number },
  });
  emitted = number;
  if (random() < CHECKS_PER_RECORD) check();
}

const startedMillis = performance.now();
const pace = setInterval(() => {
  const due = Math.floor(((performance.now() - startedMillis) / 1000) * options.recordsPerSecond);
  while (emitted < due) emitOne();
}, TICK_MILLIS);

let nextCheck: NodeJS.Timeout | undefined;
function checkLater(): void {
  nextCheck = setTimeout(
    () => {
      check();
      checkLater();
    },
    randomIn(CHECK_MILLIS, random),
  );
}
checkLater();

const stalls = monitorEventLoopDelay({ resolution: 1 });
stalls.enable();

function sample(collectGarbage: boolean): GeneratorSample {
  check();
  const stats = processor.stats();
  const longestStallMillis = stalls.max / 1e6;
  stalls.reset();
  if (collectGarbage) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    emitted,
    stats,
    checks,
    violations,
    rssBytes: rss,
    usedBytes: heapUsed + external,
    longestStallMillis,
  };
}

function say(message: GeneratorMessage): void {
  process.send?.(message);
}

async function finish(): Promise<void> {
  clearInterval(pace);
  clearTimeout(nextCheck);
  await processor.forceFlush({ timeoutMillis: 60_000 }).catch((error: unknown) => violations.push(String(error)));
  await provider.shutdown();
  say({ kind: 'sample', sample: sample(true) });
  process.disconnect();
}

process.on('message', (command: GeneratorCommand) => {
  if (command.kind === 'sample') say({ kind: 'sample', sample: sample(command.collectGarbage) });
  else void finish();
});
process.on('disconnect', () => process.exit());
say({ kind: 'ready' });
