// SPDX-License-Identifier: Apache-2.0
import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';

import {
  type CertificateAuthority,
  createCertificateAuthority,
  type OtlpReceiver,
  startOtlpReceiver,
} from '@logferry-test/support';

import { problemsOf } from './accounting.ts';
import { consoleSample } from './console-sample.ts';
import { readBack, type WrittenFile } from './files.ts';
import { inputLines, readInputLine } from './input.ts';
import { runLoad } from './load.ts';
import { type DemoOptions, HELP, parseDemoArguments } from './options.ts';
import { startOrderService } from './order-service.ts';
import { Pipeline } from './pipeline.ts';
import { accountingTable, grouped, heading, progressLine } from './render.ts';
import { SampleStream } from './sample-stream.ts';

/** Enough to hold the first failed payment. */
const KEPT_CONSOLE_LENGTH = 200_000;
const SAMPLE_RECORDS = 6;
const SAMPLE_WORDS = ['WARN', 'stock is low', 'ERROR', 'FATAL'];
const SHOWN_FILES = 8;
const LINES_BETWEEN_TURNS = 1000;
const PROGRESS_INTERVAL_MILLIS = 100;

/** The request that the embedded receiver turns away once, so that a retry can be seen. */
const REFUSED_REQUEST = 0;
const UNAVAILABLE = 14;

interface Destination {
  readonly endpoint: string | undefined;
  readonly caFile: string | undefined;
  readonly receiver: OtlpReceiver | undefined;
  readonly authority: CertificateAuthority | undefined;
}

async function startDestination(options: DemoOptions): Promise<Destination> {
  if (options.endpoint !== undefined) {
    return { endpoint: options.endpoint, caFile: undefined, receiver: undefined, authority: undefined };
  }
  const authority = await createCertificateAuthority();
  const receiver = await startOtlpReceiver({
    tls: await authority.server(),
    keepRequests: false,
    respond: (_request, index) =>
      index === REFUSED_REQUEST
        ? { kind: 'status', code: UNAVAILABLE, message: 'try again', retryInfo: { seconds: 0, nanos: 50_000_000 } }
        : { kind: 'ok' },
  });
  return { endpoint: receiver.endpoint, caFile: authority.certFile, receiver, authority };
}

async function sendInput(path: string, pipeline: Pipeline): Promise<void> {
  let lines = 0;
  let asText = 0;
  for await (const line of inputLines(path)) {
    lines += 1;
    const input = readInputLine(line);
    if (input.asText) asText += 1;
    for (const { scope, record, resource } of input.records) {
      pipeline.logger(scope.name, scope.version, resource).emit(record);
    }
    if (lines % LINES_BETWEEN_TURNS !== 0) continue;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    if (pipeline.isFilling) await pipeline.relieve();
  }
  console.log(
    `${grouped(lines)} lines read${asText === 0 ? '' : `; ${grouped(asText)} were no JSON object and were sent as text`}`,
  );
}

async function serveOrders(requests: number, pipeline: Pipeline): Promise<void> {
  const service = await startOrderService(pipeline.logger('orders', '1.0.0'));
  console.log(`the order service listens at ${service.url}; ${grouped(requests)} requests`);
  let saidAtMillis = 0;
  await runLoad(service.url, requests, (answered) => {
    if (!process.stdout.isTTY) return;
    const now = performance.now();
    if (now - saidAtMillis < PROGRESS_INTERVAL_MILLIS && answered !== requests) return;
    saidAtMillis = now;
    const delivered = pipeline.delivered().map(grouped).join(' · ');
    process.stdout.write(
      `\r\u001b[2K${progressLine(answered, requests, `${grouped(pipeline.emitted)} records; delivered ${delivered}`)}`,
    );
  });
  if (process.stdout.isTTY) process.stdout.write('\n');
  await service.stop();
}

function showFiles(folder: string, files: readonly WrittenFile[]): void {
  console.log(heading(`Files in ${folder}`));
  for (const file of files.slice(0, SHOWN_FILES)) {
    console.log(
      `  ${file.name.padEnd(24)} ${grouped(file.bytes).padStart(11)} bytes  ${grouped(file.lines).padStart(6)} lines  ${grouped(file.records).padStart(8)} records`,
    );
  }
  if (files.length > SHOWN_FILES) console.log(styleText('dim', `  … and ${files.length - SHOWN_FILES} more`));
}

async function run(options: DemoOptions): Promise<number> {
  diag.setLogger(new DiagConsoleLogger(), { logLevel: DiagLogLevel.WARN });
  const folder = options.out ?? mkdtempSync(join(tmpdir(), 'logferry-demo-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = (await readBack(folder)).reduce((sum, file) => sum + file.records, 0);
  const destination = await startDestination(options);
  const isTTY = process.stdout.isTTY;
  const consoleStream = new SampleStream(KEPT_CONSOLE_LENGTH, options.wholeConsole ? process.stdout : undefined, isTTY);
  const pipeline = new Pipeline({
    endpoint: destination.endpoint,
    caFile: destination.caFile,
    logFile: join(folder, 'orders.jsonl'),
    maxFileBytes: options.maxFileBytes,
    console: consoleStream,
  });
  console.log(`records leave for ${destination.endpoint}, for ${folder} and for the console`);

  const startedAt = performance.now();
  if (options.input === undefined) await serveOrders(options.requests, pipeline);
  else await sendInput(options.input, pipeline);
  await pipeline.shutdown();
  const seconds = (performance.now() - startedAt) / 1000;

  if (!options.wholeConsole) {
    console.log(heading('On the console (a sample)'));
    process.stdout.write(consoleSample(consoleStream.beginning, SAMPLE_RECORDS, SAMPLE_WORDS));
  }
  const files = await readBack(folder);
  showFiles(folder, files);
  const inFiles = files.reduce((sum, file) => sum + file.records, 0) - before;
  const accounts = pipeline.accounts(
    [destination.receiver?.stats().acceptedRecords, inFiles, consoleStream.records],
    consoleStream.bytes,
  );
  await destination.receiver?.close();
  destination.authority?.dispose();

  console.log(heading(`Accounts after ${seconds.toFixed(1)} s`));
  console.log(accountingTable(accounts, seconds));
  const problems = accounts.flatMap(problemsOf);
  for (const problem of problems) console.error(styleText('red', problem));
  if (problems.length === 0) console.log(styleText('green', '\nevery record is accounted for'));
  return problems.length === 0 ? 0 : 1;
}

const parsed = parseDemoArguments(process.argv.slice(2).filter((word) => word !== '--'));
if (parsed.kind === 'help') {
  process.stdout.write(HELP);
} else if (parsed.kind === 'bad') {
  console.error(parsed.message);
  process.exitCode = 2;
} else {
  process.exitCode = await run(parsed.options);
}
